import assert from "node:assert/strict";

import { call, callProblems } from "./call";
import { ServiceModel } from "./models";
import { replayProblems } from "./replay";

/** A service's inputs as the program gives them, shortened. */
const service = {
  name: "web",
  cluster: "web",
  taskDefinition: "web:1",
  desiredCount: 1,
  launchType: "FARGATE",
  networkConfiguration: { subnets: ["subnet-1"], assignPublicIp: false },
  loadBalancers: [{ targetGroupArn: "arn", containerName: "web", containerPort: 80 }],
  waitForSteadyState: true,
};

const ofType = (type: string, inputs: Record<string, unknown>) =>
  replayProblems([
    {
      type,
      name: "web",
      inputs,
      isRead: false,
      ignoreChanges: [],
      deleteBeforeReplace: false,
      dependencies: [],
      propertyDependencies: {},
      parentType: undefined,
    },
  ]).map((text) => text.replace(`${type} web: `, ""));

const serviceProblems = (changes: Record<string, unknown>) =>
  ofType("aws:ecs/service:Service", { ...service, ...changes }).filter((text) =>
    text.startsWith("ecs:CreateService"),
  );

describe("a call that AWS's model accepts", () => {
  it("may be made from inputs with other names and forms, such as a service's", () => {
    assert.deepEqual(serviceProblems({}), []);
  });

  it("may be made from lists for single blocks, maps for pairs, and numbers for strings", () => {
    const repository = { name: "a/b", encryptionConfigurations: [{ encryptionType: "AES256" }] };
    assert.deepEqual(ofType("aws:ecr/repository:Repository", repository), []);
    const tagged = call("ecr:CreateRepository", { repositoryName: "a/b", tags: { a: "b" } });
    assert.deepEqual(callProblems(tagged), []);
    const task = { family: "web", cpu: 256, containerDefinitions: '[{"name":"web","image":"a"}]' };
    assert.deepEqual(ofType("aws:ecs/taskDefinition:TaskDefinition", task), []);
  });
});

describe("a call that AWS's model refuses", () => {
  const refusals: Record<string, [problems: () => string[], expected: RegExp]> = {
    "an input that is not a member": [
      () => serviceProblems({ colour: "red" }),
      /^ecs:CreateService\.colour: AWS has no such member$/,
    ],
    "one in a block": [
      () => serviceProblems({ loadBalancers: [{ ...service.loadBalancers[0], colour: "red" }] }),
      /^ecs:CreateService\.loadBalancers\[0\]\.colour: AWS has no such member$/,
    ],
    "one in a JSON document": [
      () =>
        ofType("aws:ecs/taskDefinition:TaskDefinition", {
          family: "web",
          containerDefinitions: '[{"name":"web","picture":"nginx"}]',
        }),
      /containerDefinitions\[0\]\.picture: AWS has no such member$/,
    ],
    "a value outside its enumeration": [
      () => serviceProblems({ launchType: "LAMBDA" }),
      /launchType: "LAMBDA" is none of EC2, FARGATE/,
    ],
    "a required member missing": [
      () => ofType("aws:ecs/taskDefinition:TaskDefinition", { family: "web" }),
      /^ecs:RegisterTaskDefinition\.containerDefinitions: is required$/,
    ],
    "a name that is too long": [
      () =>
        ofType("aws:iam/role:Role", { name: "r".repeat(65), assumeRolePolicy: '{"Version":"1"}' }),
      /^iam:CreateRole\.RoleName: has 65 characters, at most 64$/,
    ],
    "a name with a character outside its pattern": [
      () => ofType("aws:iam/role:Role", { name: "a role", assumeRolePolicy: '{"Version":"1"}' }),
      /^iam:CreateRole\.RoleName: "a role" does not match /,
    ],
    "a number out of range": [
      () => ofType("aws:lb/targetGroup:TargetGroup", { name: "web", port: 65_536 }),
      /^elbv2:CreateTargetGroup\.Port: 65536, at most 65535$/,
    ],
    "a string in place of a number": [
      () => serviceProblems({ desiredCount: "two" }),
      /desiredCount: "two" is not a whole number/,
    ],
    "too few entries": [
      () => callProblems(call("elbv2:CreateTargetGroup", { name: "web", tags: {} })),
      /^elbv2:CreateTargetGroup\.Tags: has 0 entries, at least 1$/,
    ],
    "too many tags": [
      () =>
        callProblems(
          call("ecs:CreateCluster", {}),
          Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`tag${String(i)}`, ""])),
        ),
      /^ecs:CreateCluster\.tags: has 51 entries, at most 50$/,
    ],
    "a tag whose value is too long": [
      () => callProblems(call("ecs:CreateCluster", {}), { learner: "x".repeat(257) }),
      /^ecs:CreateCluster\.tags\[0\]\.value: has 257 characters, at most 256$/,
    ],
    "two blocks where one is allowed": [
      () =>
        ofType("aws:ecr/repository:Repository", {
          name: "a/b",
          encryptionConfigurations: [{ encryptionType: "AES256" }, { encryptionType: "KMS" }],
        }),
      /encryptionConfiguration: AWS takes one, not 2/,
    ],
    "a type whose calls are not listed": [
      () => ofType("aws:ec2/instance:Instance", {}),
      /its calls are not listed in tests\/awsApi\/calls/,
    ],
  };
  for (const [what, [problems, expected]] of Object.entries(refusals)) {
    it(`has ${what}`, () => {
      const found = problems();
      assert.ok(
        found.some((text) => expected.test(text)),
        found.join("\n"),
      );
    });
  }

  it("goes to a service or an operation that AWS does not have", () => {
    assert.throws(() => ServiceModel.of("nothing"), /the AWS CLI has no model of nothing/);
    assert.throws(() => callProblems(call("ecs:CreateNothing", {})), /no operation CreateNothing/);
  });
});
