import assert from "node:assert/strict";

import { rules } from "../../policies/rules";
import { check } from "../policies/harness";
import { type Answers, evaluateProgram, nothingStands } from "./mocks";
import { hostedZones, pushed } from "./standingAccount";
import { asPolicyResources } from "./policyResources";

function answersFor({ microservicesImage, domain }: Record<string, string>): Answers | undefined {
  if (microservicesImage !== undefined) return pushed(microservicesImage);
  return domain === undefined ? undefined : { ...nothingStands, ...hostedZones([domain]) };
}

async function findings(changes: Record<string, string>) {
  const { resources } = await evaluateProgram(changes, "dev", answersFor(changes));
  return check(rules, asPolicyResources(resources, "dev"));
}

describe("the program under every policy", () => {
  const all = '["fargate","ec2","cicd","microservices"]';
  const taskIngress = "loadBalancer";
  const certificateArn =
    "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";
  const variants: Record<string, string>[] = [
    { chapters: '["fargate"]' },
    { chapters: '["ec2"]' },
    { chapters: '["network"]' },
    { chapters: '["express"]' },
    { chapters: '["fargate","express"]', autoscaling: "requests" },
    { chapters: '["microservices"]' },
    {
      chapters: '["fargate","microservices"]',
      microservicesImage: "1.0.0",
      autoscaling: "requests",
    },
    { chapters: '["fargate","ec2"]', natGateways: "none" },
    { chapters: '["fargate","ec2"]', deploymentStrategy: "CANARY" },
    { chapters: '["ec2"]', ec2SchedulingStrategy: "DAEMON", nginxImage: "build" },
    { chapters: '["cicd"]' },
    { chapters: '["cicd"]', cicdDeploy: "codedeploy", autoscaling: "cpu" },
    { chapters: '["fargate","cicd"]', cicdDeploy: "bluegreen" },
    { chapters: '["cicd"]', cicdDeploy: "linear" },
    { chapters: '["ec2","cicd"]', cicdDeploy: "canary" },
    {
      chapters: '["fargate","ec2","cicd"]',
      cicdSource: "github",
      cicdGithubRepository: "owner/site",
      cicdApproval: "true",
      cicdNotificationEmail: "alice@example.com",
      cpuArchitecture: "ARM64",
    },
    {
      chapters: '["fargate","ec2"]',
      fargateSpotWeight: "1",
      autoscaling: "requests",
      ec2InstanceType: "m6g.medium",
      ec2EniTrunking: "true",
    },
    { chapters: all, domain: "example.com" },
    { chapters: all, domain: "example.com", deploymentStrategy: "CANARY", taskIngress },
    { chapters: all, certificateArn, cicdDeploy: "codedeploy" },
  ];
  for (const changes of variants) {
    it(`breaks no mandatory rule and needs no remediation with ${JSON.stringify(changes)}`, async () => {
      const found = await findings(changes);
      assert.deepEqual(
        found.filter(({ level }) => level !== "advisory"),
        [],
      );
    });
  }

  it("gets advice only about what a learner's stack leaves open on purpose", async () => {
    const found = await findings({ chapters: '["fargate","ec2"]' });
    assert.deepEqual([...new Set(found.map(({ rule }) => rule))].sort(), [
      "ecs-capacity-provider-managed-termination-protection",
      "ecs-task-definition-nonroot-user",
      "ecs-task-definition-readonly-root",
      "listener-https",
      "load-balancer-access-logs",
      "load-balancer-deletion-protection",
      "load-balancer-waf",
      "security-group-egress-limited",
      "vpc-flow-logs",
    ]);
  });

  it("gets no advice about HTTP if it serves HTTPS", async () => {
    const aboutListeners = async (changes: Record<string, string>) =>
      (await findings(changes)).filter(({ rule }) => rule.startsWith("listener-"));
    assert.equal((await aboutListeners({})).length, 1);
    assert.deepEqual(await aboutListeners({ domain: "example.com" }), []);
    assert.deepEqual(await aboutListeners({ certificateArn }), []);
  });
});
