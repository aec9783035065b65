import assert from "node:assert/strict";

import { call, callProblems } from "./call";
import { ServiceModel } from "./models";
import { replayProblems } from "./replay";

/** A service as the program asks for it, in short. */
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
  it("is that of a service, whose inputs have other names and forms", () => {
    assert.deepEqual(serviceProblems({}), []);
  });

  it("may have lists for blocks of one, pairs for maps, and numbers for texts", () => {
    const repository = { name: "a/b", encryptionConfigurations: [{ encryptionType: "AES256" }] };
    assert.deepEqual(ofType("aws:ecr/repository:Repository", repository), []);
    const tagged = call("ecr:CreateRepository", { repositoryName: "a/b", tags: { a: "b" } });
    assert.deepEqual(callProblems(tagged), []);
    const task = { family: "web", cpu: 256, containerDefinitions: '[{"name":"web","image":"a"}]' };
    assert.deepEqual(ofType("aws:ecs/taskDefinition:TaskDefinition", task), []);
  });
});

describe("a call that AWS's model refuses", () => {
  const refusals: Record<string, [problems: () => string[], told: RegExp]> = {
    "an input that is not a member": [
      () => serviceProblems({ colour: "red" }),
      /^ecs:CreateService\.colour: AWS knows no such member$/,
    ],
    "one within": [
      () => serviceProblems({ loadBalancers: [{ ...service.loadBalancers[0], colour: "red" }] }),
      /^ecs:CreateService\.loadBalancers\[0\]\.colour: AWS knows no such member$/,
    ],
    "one in a document": [
      () =>
        ofType("aws:ecs/taskDefinition:TaskDefinition", {
          family: "web",
          containerDefinitions: '[{"name":"web","picture":"nginx"}]',
        }),
      /containerDefinitions\[0\]\.picture: AWS knows no such member$/,
    ],
    "a value that is none of the enumerated": [
      () => serviceProblems({ launchType: "LAMBDA" }),
      /launchType: "LAMBDA" is none of EC2, FARGATE/,
    ],
    "a required member that is not there": [
      () => ofType("aws:ecs/taskDefinition:TaskDefinition", { family: "web" }),
      /^ecs:RegisterTaskDefinition\.containerDefinitions: is required$/,
    ],
    "a name that is too long": [
      () =>
        ofType("aws:iam/role:Role", { name: "r".repeat(65), assumeRolePolicy: '{"Version":"1"}' }),
      /^iam:CreateRole\.RoleName: has 65 characters, at most 64$/,
    ],
    "a name with a character that its pattern has not": [
      () => ofType("aws:iam/role:Role", { name: "a role", assumeRolePolicy: '{"Version":"1"}' }),
      /^iam:CreateRole\.RoleName: "a role" does not match /,
    ],
    "a number out of range": [
      () => ofType("aws:lb/targetGroup:TargetGroup", { name: "web", port: 65_536 }),
      /^elbv2:CreateTargetGroup\.Port: 65536, at most 65535$/,
    ],
    "a text where a number is to be": [
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
    "two blocks where one may be": [
      () =>
        ofType("aws:ecr/repository:Repository", {
          name: "a/b",
          encryptionConfigurations: [{ encryptionType: "AES256" }, { encryptionType: "KMS" }],
        }),
      /encryptionConfiguration: AWS takes one, not 2/,
    ],
    "a type whose calls nobody has said": [
      () => ofType("aws:ec2/instance:Instance", {}),
      /nobody has said which calls it makes/,
    ],
  };
  for (const [what, [problems, told]] of Object.entries(refusals)) {
    it(`has ${what}`, () => {
      const found = problems();
      assert.ok(
        found.some((text) => told.test(text)),
        found.join("\n"),
      );
    });
  }

  it("is one of a service or an operation that AWS has not", () => {
    assert.throws(() => ServiceModel.of("nothing"), /the AWS CLI has no model of nothing/);
    assert.throws(() => callProblems(call("ecs:CreateNothing", {})), /no operation CreateNothing/);
  });
});
