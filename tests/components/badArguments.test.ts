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
  // A pipeline takes arguments that other languages do not have, so it is not in the schema.
  if (component === "CicdPipeline") return new Set(ofPipelines);
  // An image comes from a repository's method, which has arguments of its own.
  const names = new Set(["transform", "source", "publicImage", "image"]);
  for (const { path } of argumentsOf(schema, component)) {
    for (const name of path.split(".")) names.add(name.replace("[]", ""));
  }
  return names;
}

/** Words that say what an argument may be, or what to do with it. */
const cures =
  /\b(must|may|choose|use|give|leave|take|lower|raise|allow|write|name it|name each|such as|at most|needs|only|or larger|goes? with)\b|\b(takes|has|is) (\d+|no|ten)\b|\bexclude\b|arn:aws:/;

describe("a component's errors", function () {
  this.timeout(30_000);

  for (const component of componentNames) {
    it(`report each bad argument of ${component}, and none if it has only the required ones`, async () => {
      assert.deepEqual(await refusedBy(component, {}), []);
      for (const [args, ...lines] of refusedArgs[component]) {
        assert.deepEqual(await refusedBy(component, args), lines, JSON.stringify(args));
      }
    });
  }

  it("name an argument of the component", () => {
    const schema = keptSchema();
    for (const component of componentNames) {
      const names = argumentNames(schema, component);
      for (const line of refusedArgs[component].flatMap(([, ...messages]) => messages)) {
        assert.ok(
          line.match(/\w+/g)?.some((word) => names.has(word)),
          `${component}: ${line}`,
        );
      }
    }
  });

  it("say what to do", () => {
    const lines = Object.values(refusedArgs).flatMap((cases) =>
      cases.flatMap(([, ...messages]) => messages),
    );
    assert.deepEqual(
      lines.filter((line) => !cures.test(line)),
      [],
    );
  });
});

describe("every refusal in the components' source", () => {
  let sources: readonly RefusalSource[];
  let messages: readonly string[];

  before(async () => {
    sources = refusalSources();
    messages = [
      ...Object.values(refusedArgs).flatMap((cases) => cases.flatMap(([, ...lines]) => lines)),
      ...(await thrownElsewhere()),
    ];
  });

  it("is found by the way it is written", () => {
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

  it("is covered by a case", () => {
    const missing = sources.filter(({ pattern }) => !messages.some((line) => pattern.test(line)));
    assert.deepEqual(
      missing.map(({ place, text }) => `${place}: ${text}`),
      [],
    );
  });
});
