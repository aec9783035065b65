import assert from "node:assert/strict";

import type { PackageSchema } from "../../components/provider/schema";
import { argumentsOf, keptSchema } from "./arguments";
import { type Component, componentNames, refusedBy } from "./badArguments/builders";
import { refusedArgs } from "./badArguments/cases";
import { type RefusalSource, refusalSources } from "./badArguments/sources";
import { thrownElsewhere } from "./badArguments/thrown";

const ofPipelines = [
  ...["name", "source", "target", "cpuArchitecture", "notificationEmail", "logRetentionDays"],
  ...["codeDeployConfiguration", "codeDeployBakeMinutes"],
];

/** Names of a component's arguments and of what is in them. */
function argumentNames(schema: PackageSchema, component: Component): Set<string> {
  // A pipeline takes what no other language has, and so is not in the schema.
  if (component === "CicdPipeline") return new Set(ofPipelines);
  // An image is asked of a repository by a method, with arguments of its own.
  const names = new Set(["transform", "source", "publicImage", "image"]);
  for (const { path } of argumentsOf(schema, component)) {
    for (const name of path.split(".")) names.add(name.replace("[]", ""));
  }
  return names;
}

/** Words that say what an argument may be, or what to do with it. */
const cures =
  /\b(must|may|choose|use|give|leave|take|lower|raise|allow|write|name it|name each|such as|at most|needs|only|or larger|goes? with)\b|\b(takes|has|is) (\d+|no|ten)\b|\bexclude\b|arn:aws:/;

describe("what a component refuses", function () {
  this.timeout(30_000);

  for (const component of componentNames) {
    it(`is said of each bad argument of a ${component}, which takes those that it must have`, async () => {
      assert.deepEqual(await refusedBy(component, {}), []);
      for (const [args, ...lines] of refusedArgs[component]) {
        assert.deepEqual(await refusedBy(component, args), lines, JSON.stringify(args));
      }
    });
  }

  it("is told by a message that names an argument of the component's", () => {
    const schema = keptSchema();
    for (const component of componentNames) {
      const names = argumentNames(schema, component);
      for (const line of refusedArgs[component].flatMap(([, ...told]) => told)) {
        assert.ok(
          line.match(/\w+/g)?.some((word) => names.has(word)),
          `${component}: ${line}`,
        );
      }
    }
  });

  it("is told by a message that says what to do", () => {
    const lines = Object.values(refusedArgs).flatMap((cases) =>
      cases.flatMap(([, ...told]) => told),
    );
    assert.deepEqual(
      lines.filter((line) => !cures.test(line)),
      [],
    );
  });
});

describe("every refusal in the components' source", () => {
  let sources: readonly RefusalSource[];
  let told: readonly string[];

  before(async () => {
    sources = refusalSources();
    told = [
      ...Object.values(refusedArgs).flatMap((cases) => cases.flatMap(([, ...lines]) => lines)),
      ...(await thrownElsewhere()),
    ];
  });

  it("is found by how it is written", () => {
    assert.ok(sources.length > 200, String(sources.length));
    for (const text of [
      "desiredCount", // a call of rangeProblem
      "…healthCheck.interval", // of a container's own argument
      "priority … belongs to … on this listener; give each rule its own priority",
      "… is a secret, which would be stored unencrypted in the stack's state; pass it in secrets",
      "egress: no rule allows port 443, which images, logs and secrets need; allow it",
    ]) {
      assert.ok(
        sources.some((source) => source.text === text),
        text,
      );
    }
  });

  it("is made by some case", () => {
    const missing = sources.filter(({ pattern }) => !told.some((line) => pattern.test(line)));
    assert.deepEqual(
      missing.map(({ place, text }) => `${place}: ${text}`),
      [],
    );
  });
});
