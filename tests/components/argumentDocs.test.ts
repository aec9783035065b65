import assert from "node:assert/strict";

import type { PropertySchema } from "../../components/provider/schema";
import { type Argument, argumentsOf, keptSchema } from "./arguments";
import { componentNames, refusedBy } from "./badArguments/builders";

/**
 * What the documentation must say about an argument, of a component or of an object in one: what it is; a number's unit and
 * range; its default, if it is optional; and what is an error, unless no value of its type can be wrong, or its parts say it.
 */
function missingIn({ path, property, ...argument }: Argument): string[] {
  const { description = "" } = property;
  const [text = ""] = description.split(/(^|\n\n)(Default|Error): /);
  const isNumber = property.type === "number";
  return [
    /\w+ \w+/.test(text) ? "" : "what it is",
    isNumber && !units.test(text) ? "its unit" : "",
    isNumber && !ranges.test(text) ? "its range" : "",
    argument.isRequired || /(^|\n\n)Default: \S/.test(description) ? "" : "its default",
    isJudgedByType({ path, property, ...argument }) || /\n\nError: \S/.test(description)
      ? ""
      : "what is an error",
  ]
    .filter((what) => what !== "")
    .map((what) => `${path}: ${what}`);
}

const units =
  /\b(seconds?|minutes?|days?|hours?|percent|percentage|MiB|GiB|CPU units|vCPUs?|tasks?|instances?|ports?|times|checks?|requests?|place|unit|at least|at most)\b/i;
const ranges =
  /-?\d[\d.]*( \(first\))? to (\d|`\w|that of|those of)|\d+ or more|`min` or more|at least \d+|at most \d+|Fargate size|Fargate offers|CloudWatch Logs offers/;

/** Whether nothing but its type can be wrong, or what is in it says what is an error. */
const isJudgedByType = ({ property, object, choice, isComponent }: Argument) =>
  property.type === "boolean" || object !== undefined || choice !== undefined || isComponent;

/** The components that other languages have, and therefore the schema. */
const documented = componentNames.filter((name) => name !== "CicdPipeline");

/** The part of an argument's description before its default. */
const rangeOf = ({ description = "" }: PropertySchema) =>
  description.split("\n\nDefault: ")[0] ?? "";

/** What must accompany an argument for it to be checked, by the name of the object that it is in. */
const beside: Readonly<Record<string, object>> = {
  autoscaling: { maxCount: 4, cpu: 50 },
  bakeTimeInMinutes: { strategy: "BLUE_GREEN" },
  canary: { strategy: "CANARY" },
  healthCheck: { command: ["CMD", "true"] },
  linear: { strategy: "LINEAR" },
  loadBalancers: { targetGroupArn: "arn:aws:elasticloadbalancing:::targetgroup/a/1" },
  schedules: { name: "noon", schedule: "rate(1 day)" },
  serviceConnect: {
    namespaceArn: "arn:aws:servicediscovery:x:123456789012:namespace/a",
    dnsName: "a",
  },
  metrics: { name: "own", namespace: "Shop", metricName: "Backlog", targetValue: 1 },
  sidecars: { name: "agent", image: "agent:1" },
  target: { containerName: "nginx" },
  tmpfs: { containerPath: "/tmp" },
  ulimits: { name: "nofile", softLimit: 0, hardLimit: 1 },
};

/** Arguments with that value at the path. */
function argsWith(path: string, value: unknown): object {
  const [first = "", ...rest] = path.split(".");
  const name = first.replace("[]", "");
  if (rest.length === 0) return { [name]: value };
  const [next = ""] = rest;
  if (next === "*") return { [name]: { one: argsWith(rest.slice(1).join("."), value) } };
  // The strategy goes beside the arguments that belong to it.
  const strategy = name === "deployment" ? beside[next] : {};
  const inner = {
    ...(name === "deployment" ? {} : beside[name]),
    ...strategy,
    ...argsWith(rest.join("."), value),
  };
  return { [name]: first.endsWith("[]") ? [inner] : inner };
}

describe("the documentation of the components' arguments", () => {
  const schema = keptSchema();

  it("says what each one is, its unit and range, its default and what is an error", () => {
    const missing = documented.flatMap((component) =>
      argumentsOf(schema, component).flatMap((argument) =>
        missingIn(argument).map((what) => `${component}.${what}`),
      ),
    );
    assert.deepEqual(missing, []);
  });

  it("gives ranges whose ends are accepted, and beyond which an error names the argument", async () => {
    const tried = new Set<string>();
    for (const component of documented) {
      for (const { path, property } of argumentsOf(schema, component)) {
        const [, least, most] =
          /(-?\d[\d.]*)(?: \(first\))? to (\d[\d.]*)/.exec(rangeOf(property)) ?? [];
        if (property.type !== "number" || least === undefined || most === undefined) continue;
        // An argument that several components share is only tried with the first of them.
        const shared = `${path} ${property.description ?? ""}`;
        if (tried.has(shared)) continue;
        tried.add(shared);
        // A value that is accepted outside the range: 0 for none, -1 for forever.
        const [, besides] = /(?:or |; )(-?\d+) (?:for|keeps)/.exec(rangeOf(property)) ?? [];
        const name = path.split(".").at(-1) ?? path;
        for (const right of [least, most]) {
          const lines = await refusedBy(component, argsWith(path, Number(right)));
          assert.deepEqual(
            lines.filter(
              (line) =>
                /must be (a whole number )?from /.test(line) && line.includes(`${name} ${right} `),
            ),
            [],
            `${component}.${path}`,
          );
        }
        for (const wrong of [Number(least) - 1, Number(most) + 1]) {
          if (String(wrong) === besides) continue;
          const lines = await refusedBy(component, argsWith(path, wrong));
          assert.ok(
            lines.some((line) => line.includes(`${name} ${wrong} `)),
            `${component}.${path} = ${wrong}: ${lines.join("; ")}`,
          );
        }
      }
    }
    assert.ok(tried.size > 50, String(tried.size));
  });
});
