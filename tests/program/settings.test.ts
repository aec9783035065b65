import assert from "node:assert/strict";

import { readSettings } from "../../settings";
import { defaultConfig, evaluate } from "./mocks";

const read = (changes: Record<string, string | undefined> = {}) => {
  const prefixed = Object.entries(changes).map(([key, value]) => [
    key.includes(":") ? key : `ecs-handson:${key}`,
    value,
  ]);
  const config = { ...defaultConfig(), ...Object.fromEntries(prefixed) } as Record<string, string>;
  return evaluate(readSettings, { config });
};

/** Two services, the second with `changes`. */
function twoServices(changes: Record<string, unknown>): string {
  const service = { name: "a", paths: ["/a"], port: 80, healthCheckPath: "/" };
  return JSON.stringify([service, { ...service, name: "b", paths: ["/b"], ...changes }]);
}

describe("settings", () => {
  it("have a default for every key, with the tutorial's values", async () => {
    const { outputs } = await read();
    assert.equal(outputs.name, "handson");
    assert.equal(outputs.cpu, 256);
    assert.equal(outputs.memory, 512);
    assert.equal(outputs.desiredCount, 1);
    assert.equal(outputs.vpcCidrBlock, "10.0.0.0/16");
    assert.deepEqual(outputs.availabilityZones, [
      "ap-northeast-1a",
      "ap-northeast-1c",
      "ap-northeast-1d",
    ]);
  });

  it("report everything that is wrong at once, with key and value", async () => {
    const wrong = read({
      chapter: "fargate",
      chapters: '["fargate","lambda"]',
      cpu: "256",
      memory: "4096",
      vpcCidrBlock: "10.0.0.0/26",
      name: "a-name-that-is-far-too-long",
      desiredCount: "-1",
      natGateways: "two",
      executeCommand: "maybe",
      logRetentionDays: "8",
      healthCheckPath: "health",
      availabilityZones: '["us-east-1a","ap-northeast-1c"]',
    });
    await assert.rejects(wrong, (error: Error) => {
      for (const problem of [
        /ecs-handson:chapter: unknown key/,
        /ecs-handson:chapters: "lambda" unknown; choose from network, fargate/,
        /memory 4096 does not go with cpu 256/,
        /ecs-handson:vpcCidrBlock: 10\.0\.0\.0\/26 is too small/,
        /ecs-handson:name: "a-name-that-is-far-too-long" is too long/,
        /'ecs-handson:desiredCount' value '-1'/,
        /'ecs-handson:natGateways' value 'two'/,
        /'ecs-handson:executeCommand' value 'maybe'/,
        /ecs-handson:logRetentionDays: 8 is not one of 1, 3/,
        /ecs-handson:healthCheckPath: "health" must start with \//,
        /us-east-1a is not in region ap-northeast-1/,
      ]) {
        assert.match(error.message, problem);
      }
      assert.equal(error.message.split("\n").length, 12, "a heading, and one line for each");
      return true;
    });
  });

  it("reserve the names of what other chapters deploy for those chapters", async () => {
    for (const [name, chapter] of [
      ["nginx", "ec2"],
      ["cicd", "cicd"],
      ["microservices", "microservices"],
    ] as const) {
      await assert.rejects(
        read({ name, chapters: `["fargate","${chapter}"]` }),
        new RegExp(`ecs-handson:name: the name "${name}" belongs to what the ${chapter} chapter`),
      );
      await read({ name, chapters: `["${chapter}"]` });
      await read({ name, chapters: '["fargate"]' });
    }
    await assert.rejects(
      read({ microservices: twoServices({ name: "cicd" }) }),
      /the name "cicd" belongs to another chapter's service/,
    );
  });

  it("refuse instance types of which none has the tasks' processor, if managed instances are deployed", async () => {
    const chapters = '["managedInstances"]';
    const refused: [Record<string, string>, RegExp][] = [
      [
        { cpuArchitecture: "ARM64" },
        /^.*\n.*ecs-handson:managedInstancesTypes: for tasks of cpuArchitecture ARM64 ECS can launch none of t3\.small, t3\.medium; name .* such as t4g\.small$/,
      ],
      [
        { managedInstancesTypes: '["t4g.*","a1.large"]' },
        /X86_64 .* none of t4g\.\*, a1\.large; name/,
      ],
      [{ managedInstancesTypes: '["t3.micro"]' }, /X86_64 .* none of t3\.micro; name .* t3\.small/],
      [
        { managedInstancesTypes: '["m7g.medium"]', cpuArchitecture: "ARM64" },
        /ARM64 .* none of m7g\.medium; name .* two vCPUs/,
      ],
    ];
    for (const [changes, problem] of refused) {
      await assert.rejects(read({ chapters, ...changes }), problem);
      await read({ chapters: '["fargate"]', ...changes });
    }
    for (const type of ["t4g.*", "m7g.large", "m*", "*"]) {
      const managedInstancesTypes = JSON.stringify(["t3.small", type]);
      await read({ chapters, managedInstancesTypes, cpuArchitecture: "ARM64" });
      await read({ chapters, managedInstancesTypes });
    }
  });

  it("refuse to scale a pipeline's service by the requests of one of its two target groups", async () => {
    const changes = { chapters: '["cicd"]', cicdDeploy: "canary", autoscaling: "requests" };
    await assert.rejects(
      read(changes),
      /autoscaling: requests are counted per target group, but canary/,
    );
  });

  for (const [key, value, problem] of [
    ["desiredCount", "1.5", /1\.5 is not a whole number/],
    ["desiredCount", "5001", /5001/],
    ["chapters", "[]", /the list is empty/],
    ["chapters", '["ec2","ec2"]', /chapters: "ec2" is listed twice/],
    ["chapters", '{"a":1}', /not a list/],
    ["availabilityZones", '["ap-northeast-1a"]', /needs two zones/],
    ["availabilityZones", '["ap-northeast-1a","ap-northeast-1a"]', /names a zone twice/],
    ["aws:region", undefined, /aws:region/],
    ["learner", "a;b", /learner: "a;b" cannot be a tag/],
    ["class", "x".repeat(257), /class: "x+" cannot be a tag/],
    [
      "expires",
      "2027-02-30",
      /expires: "2027-02-30" is neither a date such as 2027-03-31 nor never/,
    ],
    ["sharedNetwork", "class-network", /sharedNetwork: "class-network" is not a stack such as/],
    ["listenerSlot", "0", /listenerSlot.*'0'/],
    ["image", "", /ecs-handson:image/],
    ["ec2InstanceType", "t1.micro", /ec2InstanceType: instanceType "t1\.micro" unknown/],
    ["ec2EniTrunking", "true", /ec2InstanceType: eniTrunking is not available on t3\.micro/],
    ["ec2SchedulingStrategy", "ALWAYS", /'ecs-handson:ec2SchedulingStrategy' value 'ALWAYS'/],
    ["ec2MaxInstances", "101", /101/],
    ["fargateSpotWeight", "1001", /1001/],
    ["deploymentStrategy", "BLUE", /'ecs-handson:deploymentStrategy' value 'BLUE'/],
    ["deploymentBakeMinutes", "1441", /1441/],
    ["deploymentStepPercent", "2", /2/],
    ["autoscaling", "disk", /'ecs-handson:autoscaling' value 'disk'/],
    ["microservices", "{}", /ecs-handson:microservices: .*expected array/],
    ["microservices", "[]", /ecs-handson:microservices: /],
    ["microservices", '[{"name":"A"}]', /microservices\[0\]\.name: "A" must be lower-case/],
    ["microservices", '[{"name":"A"}]', /microservices\[0\]\.paths: /],
    ["microservices", twoServices({ image: "x" }), /microservices\[1\]: .*"image"/],
    ["microservices", twoServices({ name: "a" }), /microservices\[1\]\.name: "a" is listed twice/],
    [
      "microservices",
      twoServices({ name: "nginx" }),
      /microservices\[1\]: the name "nginx" belongs/,
    ],
    ["microservices", twoServices({ cpu: 512 }), /microservices\[1\]: memory 512 does not go with/],
    [
      "microservices",
      twoServices({ paths: ["b"] }),
      /microservices\[1\]\.paths\[0\]: must start with/,
    ],
    ["microservicesImage", "public", /microservicesImage: there are no public images/],
    ["nginxImage", "a/b", /nginxImage: "a\/b" is neither public nor build nor an image tag/],
    ["cicdSource", "gitlab", /'ecs-handson:cicdSource' value 'gitlab'/],
    [
      "cicdSource",
      "github",
      /cicdGithubRepository: repository "none" must be <owner>\/<repository>/,
    ],
    [
      "cicdGithubRepository",
      "owner/site",
      /"owner\/site" goes with cicdSource github, not codecommit/,
    ],
    ["cicdConnectionArn", "arn:x", /"arn:x" goes with cicdSource github/],
    ["cicdDeploy", "green", /'ecs-handson:cicdDeploy' value 'green'/],
    ["cicdCodeDeploy", "ECSFast", /'ecs-handson:cicdCodeDeploy' value 'ECSFast'/],
    ["cicdBranch", "a..b", /cicdBranch: branch "a\.\.b" is not a branch's name/],
    ["cicdNotificationEmail", "alice", /"alice" is not an e-mail address/],
  ] as const) {
    it(`refuse ${key} = ${value ?? "nothing"}`, async () => {
      await assert.rejects(read({ [key]: value }), problem);
    });
  }

  it("accept a date without quotes in a YAML file, in the form in which Pulumi passes it on", async () => {
    const { outputs } = await read({ expires: "2027-03-31 00:00:00 +0000 UTC" });
    assert.equal(outputs.expires, "2027-03-31");
  });

  it("refuse both their own network and another stack's, and a stack whose name cannot be a host", async () => {
    const sharedNetwork = "organization/ecs-handson/spring-network";
    await assert.rejects(
      read({ sharedNetwork, chapters: '["network"]' }),
      /sharedNetwork: a stack with the network chapter has a network of its own/,
    );
    const config = { ...defaultConfig(), "ecs-handson:sharedNetwork": sharedNetwork };
    await assert.rejects(
      evaluate(readSettings, { config, stack: "alice_b" }),
      /stack "alice_b" becomes a host name there/,
    );
  });

  it("refuse to count requests for a service whose target groups take turns", async () => {
    const changes = { autoscaling: "requests", deploymentStrategy: "BLUE_GREEN" };
    await assert.rejects(read(changes), /autoscaling: requests are counted per target group/);
    const { outputs } = await read({ ...changes, chapters: '["ec2"]' });
    assert.equal(outputs.autoscaling, "requests");
  });
});
