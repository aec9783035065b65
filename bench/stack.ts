import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import * as aws from "@pulumi/aws";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { Account } from "../lab/account/account";
import { type OperationKind, runOperation } from "../lab/engine/operation";
import { findPulumiCli } from "../lab/engine/pulumiCli";
import { openWorkspace } from "../lab/engine/workspace";
import { createProgress } from "../lab/progress";
import { serveProviders } from "../lab/provider/server";
import { repository } from "../lab/repository";

/** A stack of the lab, in a folder of its own, to be timed. */
export interface TimedStack {
  /** Seconds that an operation took, as a person waits for it. @throws Error if it failed */
  time(operation: OperationKind): Promise<number>;
  close(): Promise<void>;
}

/** Opens a stack with this program and, if given, this policy pack. */
export async function openTimedStack(program: PulumiFn, policyPack?: string): Promise<TimedStack> {
  const stateDir = await mkdtemp(path.join(tmpdir(), "bench-"));
  const providers = await serveProviders(Account.inMemory());
  const stack = await openWorkspace({
    stack: "bench",
    programDir: repository,
    stateDir,
    pulumi: await findPulumiCli({ progress: createProgress() }),
    debugProviders: providers.debugProviders,
    program,
    ...(policyPack === undefined ? {} : { policyPack: { dir: policyPack } }),
  });
  return {
    time: async (operation) => {
      const start = performance.now();
      const report = await runOperation(stack, operation);
      const seconds = (performance.now() - start) / 1000;
      if (report.result === "failed") {
        const reasons = [...report.errors, ...report.findings.map(({ message }) => message)];
        throw new Error(`${operation} failed: ${reasons.join("; ")}`);
      }
      return seconds;
    },
    close: async () => {
      await providers.close();
      await rm(stateDir, { recursive: true });
    },
  };
}

const executionRoleArn = "arn:aws:iam::123456789012:role/execution";

/** What a service brings along, again and again: `count` resources of five types that rules look at. */
export function declareResources(count: number): void {
  const declarations: ((name: string) => unknown)[] = [
    (name) => new aws.cloudwatch.LogGroup(name, { name, retentionInDays: 30 }),
    (name) =>
      new aws.ecs.Cluster(name, {
        name,
        settings: [{ name: "containerInsights", value: "enabled" }],
      }),
    (name) =>
      new aws.ec2.SecurityGroup(name, { name, description: name, vpcId: "vpc-0123456789abcdef0" }),
    (name) =>
      new aws.iam.Role(name, {
        name,
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "sts:AssumeRole",
              Principal: { Service: "ecs-tasks.amazonaws.com" },
            },
          ],
        }),
      }),
    (name) =>
      new aws.ecs.TaskDefinition(name, {
        family: name,
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        executionRoleArn,
        containerDefinitions: JSON.stringify([
          {
            name: "nginx",
            image: "nginx:1.30.6",
            portMappings: [{ containerPort: 80, hostPort: 80 }],
            logConfiguration: {
              logDriver: "awslogs",
              options: {
                "awslogs-group": name,
                "awslogs-region": "ap-northeast-1",
                "awslogs-stream-prefix": name,
              },
            },
          },
        ]),
      }),
  ];
  for (let i = 0; i < count; i += 1) declarations[i % declarations.length]?.(`bench-${i}`);
}
