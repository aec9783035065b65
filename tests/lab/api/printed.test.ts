import assert from "node:assert/strict";

import { services } from "../../../lab/api/services";
import { evaluateProgram } from "../../program/mocks";

/** Commands that the AWS CLI makes of other operations, or that wait for one. */
const CUSTOM: Readonly<Record<string, string>> = {
  "ecr get-login-password": "ecr GetAuthorizationToken",
  "logs tail": "logs FilterLogEvents",
};

/** They open a shell in what runs, by Session Manager, of which the lab has nothing: docs/aws-cli.md. */
const WITHOUT_COUNTERPART = ["ecs execute-command", "ssm start-session"];

const EVERYTHING = {
  chapters: '["fargate","ec2","cicd","microservices"]',
  cicdApproval: "true",
};

/** Texts of an output, however deep. */
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

describe("the commands that the stack's outputs print", () => {
  it("are of operations that the lab's API has, but for shells", async () => {
    const { outputs } = await evaluateProgram(EVERYTHING);
    const printed = textsIn(outputs).flatMap((text) =>
      [...text.matchAll(/\baws ([a-z0-9-]+ [a-z-]+)/g)].map(([, command = ""]) => command),
    );
    const commands = [...new Set(printed)].sort();
    assert.ok(commands.includes("ecs describe-services"), commands.join(", "));
    assert.ok(commands.includes("codepipeline put-approval-result"), commands.join(", "));
    const others = commands.filter((command) => !WITHOUT_COUNTERPART.includes(command));
    assert.deepEqual(
      others.filter((command) => !isKnown(command)),
      [],
    );
  });
});
