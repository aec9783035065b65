import { createRequire } from "node:module";

import { Vpc } from "../../lab/provider/awsx/vpc";
import { given } from "../components/given";
import { newUserProgram } from "../components/newUser";
import { pushedTag, rows, type Values } from "../matrix/rows";
import { account, accountStates, region, sharedVpcId } from "../permissions/arns";
import { type AskedResource, evaluate, evaluateProgram, nothingStands } from "../program/mocks";
import { hostedZones, pushedImages, standing as standingAccount } from "../program/standingAccount";
import {
  everythingInOneTask,
  instancesAndDaemons,
  managedInstances,
  otherShapes,
} from "./programs";

type Deploy = () => Promise<{ resources: AskedResource[] }>;

const all = '["network","fargate","ec2","cicd","microservices"]';

/** The program in an account that has nothing of the stack, only the zone of a domain. */
const program = (settings: Values, stack = "dev") =>
  evaluateProgram(
    settings,
    stack,
    { ...nothingStands, ...hostedZones(["example.com"]) },
    accountStates,
  );

/** The program on a stack that exists, with images pushed to its repositories. */
const standing = (settings: Values) =>
  evaluateProgram(
    settings,
    "dev",
    {
      ...standingAccount(
        settings.sharedNetwork === undefined ? {} : { own: false, vpcIds: [sharedVpcId] },
      ),
      ...pushedImages(pushedTag),
      ...hostedZones(["example.com"]),
    },
    accountStates,
  );

const code = (declare: () => object) => evaluate(declare, { states: accountStates });

/**
 * Every value of each setting that has a row in `tests/matrix`. A stack with all chapters stands for those with one.
 */
function settingsOfRows(): Values[] {
  const steps = rows.flatMap(({ steps }) => steps.filter(({ refused }) => refused === undefined));
  const key = (values: Values) => JSON.stringify(values);
  const everywhere = new Set(
    rows.filter(({ chapters }) => chapters === "all").flatMap((row) => row.steps.map(whatElse)),
  );
  const wanted = steps.filter(
    (step) => step.values.chapters?.includes(",") === true || !everywhere.has(whatElse(step)),
  );
  return [
    ...new Map(
      wanted
        .map(({ values: { chapters = "", ...rest } }) => ({
          ...rest,
          chapters: JSON.stringify(chapters.split(",")),
        }))
        .map((values) => [key(values), values] as const),
    ).values(),
  ];
}

/** What a step sets in addition to the chapters. */
function whatElse({ values }: { values: Values }): string {
  return JSON.stringify({ ...values, chapters: undefined });
}

/** The longest and oddest names that stacks and settings may have. */
const longest = "a-class-with-a-name-that-is-long_Spring.2027_".padEnd(100, "x");
const longName = "n".repeat(20);

/** The program of `infra/`, in an account that has no provider for GitHub. */
const githubRoles: Deploy = () =>
  evaluate(() => createRequire(__filename)("../../infra/github-oidc/index.ts") as Promise<object>, {
    states: accountStates,
    config: {
      "aws:region": region,
      "ecs-handson:existingProviderArn": "none",
      "ecs-handson:repository": "ann/ecs-handson",
      "ecs-handson:secretsKeyArn": `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`,
      "ecs-handson:stacks": "dev,spring-*",
      "ecs-handson:stateBucket": "states",
    },
  });

const named: Record<string, Deploy> = {
  "images that are built": () =>
    program({ chapters: all, nginxImage: "build", microservicesImage: "build" }),
  "an existing connection": () =>
    program({
      chapters: '["cicd"]',
      cicdSource: "github",
      cicdGithubRepository: "ann/nginx",
      cicdConnectionArn: `arn:aws:codestar-connections:ap-northeast-1:${account}:connection/11111111-2222-3333-4444-555555555555`,
    }),
  "the longest names": () =>
    program(
      {
        chapters: all,
        name: longName,
        cicdDeploy: "codedeploy",
        cicdApproval: "true",
        cicdNotificationEmail: "ann@example.com",
        autoscaling: "cpu",
        deploymentStrategy: "BLUE_GREEN",
      },
      longest,
    ),
  "the roles for workflows on GitHub": githubRoles,
  "a container with everything": () => code(everythingInOneTask),
  "managed instances": () => code(managedInstances),
  "instances and daemons": () => code(instancesAndDaemons),
  "other kinds of services, and scheduled tasks": () => code(otherShapes),
  "a new user's program": () => code(() => newUserProgram(given)),
};

/** Every kind of deployment that the program and the components support. */
export const scenarios: ReadonlyMap<string, Deploy> = new Map([
  ...Object.entries(named),
  ...settingsOfRows().map(
    (values) => [JSON.stringify(values), () => standing(values)] as [string, Deploy],
  ),
]);

/** What awsx creates for a VPC, created as in the lab: an account has no components, only what is in them. */
export async function insideVpc({ name, inputs }: AskedResource): Promise<AskedResource[]> {
  const { resources } = await code(() => Vpc.create(name, inputs, {}));
  return resources;
}
