import assert from "node:assert/strict";

import { services } from "../../../lab/api/services";
import { chapters } from "../../../settings";
import { FargateCluster, FargateTask, ScheduledTask } from "../../../components";
import { webArgs } from "../../components/webService";
import { evaluate, evaluateProgram } from "../../program/mocks";

/** Commands of the AWS CLI that are not named after the operation that they call. */
const CUSTOM: Readonly<Record<string, string>> = {
  "ecr get-login-password": "ecr GetAuthorizationToken",
  "logs tail": "logs FilterLogEvents",
};

/** Opens a shell on an instance through Session Manager, which the lab does not simulate: docs/aws-cli.md. */
const WITHOUT_COUNTERPART = ["ssm start-session"];

const EVERYTHING = {
  chapters: JSON.stringify(chapters),
  cicdApproval: "true",
};

/** All strings in an output, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const pascal = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());

function isKnown(command: string): boolean {
  const [service = "", operation = ""] = (
    CUSTOM[command] ?? command.replace(/ (.*)$/, (_all, name: string) => ` ${pascal(name)}`)
  ).split(" ");
  const found = services.find(({ signingName }) => signingName === service);
  return found !== undefined && Object.hasOwn(found.operations, operation);
}

/** Commands in what is printed, without their options. */
function commandsIn(printed: unknown): string[] {
  const found = textsIn(printed).flatMap((text) =>
    [...text.matchAll(/\baws ([a-z0-9-]+ [a-z-]+)/g)].map(([, command = ""]) => command),
  );
  return [...new Set(found)].sort();
}

describe("the commands that the stack's outputs print", () => {
  it("only call operations that the lab's API has, except for shells on instances", async () => {
    const { outputs } = await evaluateProgram(EVERYTHING);
    const commands = commandsIn(outputs);
    for (const command of [
      "ecs describe-services",
      "ecs list-container-instances",
      "ecs describe-express-gateway-service",
      "codepipeline put-approval-result",
    ]) {
      assert.ok(commands.includes(command), `${command} is not among ${commands.join(", ")}`);
    }
    const others = commands.filter((command) => !WITHOUT_COUNTERPART.includes(command));
    assert.deepEqual(
      others.filter((command) => !isKnown(command)),
      [],
    );
  });

  it("only call operations that the API has for tasks without a service, too", async () => {
    const { network, region } = webArgs;
    const { outputs } = await evaluate(() => {
      const cluster = new FargateCluster("shop", { name: "shop" });
      const image = "app:1";
      const name = "migrate";
      const task = new FargateTask(name, { cluster, name, network, region, image });
      const scheduled = new ScheduledTask("nightly", {
        task,
        scheduleExpression: "rate(1 day)",
      });
      return { printed: task.commands, scheduled: scheduled.urn };
    });
    const commands = commandsIn(outputs.printed);
    assert.deepEqual(commands, ["ecs run-task", "logs tail"]);
    assert.ok(commands.every(isKnown));
  });
});
