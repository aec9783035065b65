import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { type Answers, type AskedResource, evaluateProgram, nothingStands } from "./mocks";
import { hostedZones } from "./standingAccount";

const HTTP = "arn:aws:mock:::load-balancer-http";
const HTTPS = "arn:aws:mock:::load-balancer-https";
const certificateArn =
  "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";
const domain = { domain: "shop.example.com" };
const all = '["fargate","ec2","cicd","microservices"]';

/** An account with hosted zones, and a stack that has these outputs. */
function answers(outputs: object = {}, zones: readonly string[] = ["example.com"]): Answers {
  return {
    ...nothingStands,
    "pulumi:pulumi:readStackOutputs": () => ({ outputs }),
    ...hostedZones(zones),
  };
}

const ofType = (resources: readonly AskedResource[], type: string) =>
  resources.filter((resource) => resource.type === type);
const rules = (resources: readonly AskedResource[]) =>
  ofType(resources, "aws:lb/listenerRule:ListenerRule");
const actionsOf = ({ inputs }: AskedResource) => inputs.actions as { type: string }[];

async function warnings(
  changes: Record<string, string>,
  outputs: object = {},
): Promise<readonly string[]> {
  const said: string[] = [];
  const warn = pulumi.log.warn;
  const dry = pulumi.runtime.isDryRun;
  Object.assign(pulumi.log, { warn: (text: string) => Promise.resolve(void said.push(text)) });
  Object.assign(pulumi.runtime, { isDryRun: () => true });
  try {
    await evaluateProgram(changes, "dev", answers(outputs));
  } finally {
    Object.assign(pulumi.log, { warn });
    Object.assign(pulumi.runtime, { isDryRun: dry });
  }
  return said;
}

describe("a stack with HTTPS", () => {
  for (const [what, changes] of [
    ["a domain", domain],
    ["an existing certificate", { certificateArn }],
  ] as const) {
    it(`by ${what} serves all chapters on the HTTPS listener, and redirects their HTTP requests to it`, async () => {
      const { resources } = await evaluateProgram(
        { ...changes, chapters: all, deploymentStrategy: "BLUE_GREEN", cicdDeploy: "codedeploy" },
        "dev",
        answers(),
      );
      const on = (listenerArn: string) =>
        rules(resources).filter(({ inputs }) => inputs.listenerArn === listenerArn);
      const [serving, leading] = [on(HTTPS), on(HTTP)];
      assert.equal(serving.length + leading.length, rules(resources).length);
      assert.ok(serving.every((rule) => actionsOf(rule).every(({ type }) => type === "forward")));
      assert.deepEqual(
        leading.map(({ name }) => name),
        ["fargate", "ec2-service", "cicd-service", "auth", "products", "shop"].map(
          (name) => `${name}-rule`,
        ),
      );
      for (const rule of leading) {
        const name = rule.name.replace(/rule$/, "https-rule");
        const twin = serving.find((one) => one.name === name);
        assert.deepEqual(actionsOf(rule), [
          {
            type: "redirect",
            redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" },
          },
        ]);
        assert.deepEqual(rule.inputs.conditions, twin?.inputs.conditions);
        assert.equal(rule.inputs.priority, twin?.inputs.priority);
        assert.ok(rule.dependencies.includes(name), "no redirect exists before what it leads to");
      }
      const [group] = ofType(resources, "aws:codedeploy/deploymentGroup:DeploymentGroup");
      const info = group?.inputs.loadBalancerInfo as {
        targetGroupPairInfo: { prodTrafficRoute: { listenerArns: string[] } };
      };
      assert.deepEqual(info.targetGroupPairInfo.prodTrafficRoute.listenerArns, [HTTPS]);
      // The redirect comes before a deployment that empties the group to which HTTP went.
      const service = resources.find(
        ({ type, name }) => type === "aws:ecs/service:Service" && name === "fargate-service",
      );
      assert.ok(service?.dependencies.includes("fargate-rule"));
    });
  }

  it("validates its certificate in the zone above its domain, and points the domain to the load balancer", async () => {
    const { resources, outputs } = await evaluateProgram(
      { ...domain, chapters: '["fargate","ec2"]' },
      "dev",
      answers(),
    );
    const [certificate] = ofType(resources, "aws:acm/certificate:Certificate");
    assert.deepEqual(
      [certificate?.inputs.domainName, certificate?.inputs.subjectAlternativeNames],
      ["shop.example.com", ["*.shop.example.com"]],
    );
    const records = ofType(resources, "aws:route53/record:Record");
    assert.deepEqual(
      records.map(({ name, inputs }) => [name, inputs.name, inputs.type, inputs.zoneId]).sort(),
      [
        ["load-balancer-alias", "shop.example.com", "A", "ZEXAMPLECOM"],
        ["load-balancer-alias-any", "*.shop.example.com", "A", "ZEXAMPLECOM"],
        ["load-balancer-validation", "_proof.shop.example.com.", "CNAME", "ZEXAMPLECOM"],
      ],
    );
    assert.equal(outputs.url, "https://shop.example.com/");
    assert.equal(outputs.fargate?.commands.request, "curl https://shop.example.com/");
    assert.equal(outputs.ec2?.commands.request, "curl https://nginx.shop.example.com/");
  });

  it("has a certificate for the hosts of all stacks of a class", async () => {
    const { resources } = await evaluateProgram(
      { ...domain, chapters: '["network"]' },
      "class",
      answers(),
    );
    const [certificate] = ofType(resources, "aws:acm/certificate:Certificate");
    assert.deepEqual(certificate?.inputs.subjectAlternativeNames, [
      "*.shop.example.com",
      "*.nginx.shop.example.com",
      "*.cicd.shop.example.com",
    ]);
  });

  it("does not look for a zone that it is given", async () => {
    const { resources } = await evaluateProgram({ ...domain, hostedZoneId: "Z0123456789" }, "dev", {
      ...answers(),
      "aws:route53/getZone:getZone": () => assert.fail("not looked for"),
    });
    const [record] = ofType(resources, "aws:route53/record:Record");
    assert.equal(record?.inputs.zoneId, "Z0123456789");
  });

  it("says which zones it looked for, and if there are several", async () => {
    await assert.rejects(
      evaluateProgram(domain, "dev", answers({}, [])),
      /domain shop\.example\.com: the account has no public hosted zone for it \(shop\.example\.com, example\.com\)/,
    );
    await assert.rejects(
      evaluateProgram(domain, "dev", answers({}, ["example.com", "example.com"])),
      /several public hosted zones example\.com; choose one by hostedZoneId/,
    );
  });

  it("has a URL with the name on an existing certificate", async () => {
    const { outputs, resources } = await evaluateProgram({ certificateArn }, "dev", answers());
    assert.equal(outputs.url, "https://certified.example.com/");
    assert.equal(
      outputs.fargate?.commands.request,
      "curl --insecure https://load-balancer-alb.elb.mock/",
    );
    assert.equal(ofType(resources, "aws:route53/record:Record").length, 0);
  });

  for (const [what, changes, problem] of [
    ["both ways at once", { ...domain, certificateArn }, /certificateArn: give either domain, /],
    ["an invalid domain", { domain: "https://shop.example.com/" }, /domain: ".*" is not a domain/],
    ["a wildcard", { domain: "*.example.com" }, /domain: ".*" is not a domain/],
    ["a domain that is too long", { domain: `${"a".repeat(61)}.com` }, /65 characters, at most 64/],
    [
      "a zone without a domain",
      { hostedZoneId: "Z01" },
      /hostedZoneId: "Z01" needs the setting domain/,
    ],
    ["a zone's name", { ...domain, hostedZoneId: "example.com" }, /is not a hosted zone's id/],
    [
      "the ARN of something else",
      { certificateArn: "arn:aws:iam::1:role/x" },
      /is not a certificate's ARN/,
    ],
    [
      "a certificate of another region",
      { certificateArn: certificateArn.replace("ap-northeast-1", "us-east-1") },
      /is in us-east-1; a load balancer needs certificates of its own region, ap-northeast-1/,
    ],
    [
      "a domain for another stack's load balancer",
      { ...domain, sharedNetwork: "organization/ecs-handson/class" },
      /the load balancer belongs to organization\/ecs-handson\/class; set it there/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(evaluateProgram(changes, "dev", answers()), problem);
    });
  }
});

describe("a stack that moves between HTTP and HTTPS", () => {
  const rule = "arn:aws:elasticloadbalancing:::listener-rule/app/x/1/2/3";
  const group = (slot: string) => `arn:aws:elasticloadbalancing:::targetgroup/${slot}/1`;
  const [first, alternate] = [group("handson-dev"), group("handson-alternate-dev")];

  /** A service whose tasks are in its alternate target group. */
  const moved = (url: string): Answers => ({
    ...answers({ url, fargate: { listenerRuleArn: rule } }),
    "aws:ec2/getVpcs:getVpcs": () => ({ ids: [] }),
    "aws:ec2/getSecurityGroups:getSecurityGroups": () => ({ ids: ["sg"], vpcIds: [] }),
    "aws:lb/getListenerRule:getListenerRule": ({ arn }) => {
      assert.equal(arn, rule);
      const targetGroups = [
        { arn: first, weight: 0 },
        { arn: alternate, weight: 100 },
      ];
      return { actions: [{ forwards: [{ targetGroups }] }] };
    },
  });

  it("leaves a rule's targets to ECS as long as the rule stays on its listener", async () => {
    const strategy = { ...domain, deploymentStrategy: "CANARY" };
    const stays = await evaluateProgram(strategy, "dev", moved("https://shop.example.com/"));
    const comes = await evaluateProgram(strategy, "dev", moved("http://x.elb.mock/"));
    const ignored = (resources: readonly AskedResource[]) =>
      rules(resources)
        .filter((one) => one.inputs.listenerArn === HTTPS)
        .map((one) => one.ignoreChanges);
    assert.deepEqual(ignored(stays.resources), [["actions"], ["actions"]]);
    assert.deepEqual(ignored(comes.resources), [[], []]);
  });

  it("warns, before HTTPS is removed, what clients will see", async () => {
    const said = await warnings({}, { url: "https://shop.example.com/" });
    assert.equal(said.length, 1);
    assert.match(
      said[0] ?? "",
      /^https:\/\/shop\.example\.com\/ stops answering .*Browsers remember/,
    );
    assert.doesNotMatch(said[0] ?? "", /share the load balancer/);
    const [shared] = await warnings({ chapters: '["network"]' }, { url: "https://a.example.com/" });
    assert.match(shared ?? "", /Stacks that share the load balancer answer nothing/);
    assert.deepEqual(await warnings(domain, { url: "http://x.elb.mock/" }), []);
  });

  it("warns once that the microservices' logins are sent unencrypted over HTTP", async () => {
    const chapters = '["fargate","microservices"]';
    const inTheClear = (said: readonly string[]) =>
      said.filter((text) => text.includes("are sent unencrypted")).length;
    assert.equal(inTheClear(await warnings({ chapters })), 1);
    assert.equal(inTheClear(await warnings({ chapters, ...domain })), 0);
    assert.equal(inTheClear(await warnings({})), 0);
  });
});
