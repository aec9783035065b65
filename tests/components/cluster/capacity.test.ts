import assert from "node:assert/strict";

import fc from "fast-check";

import {
  type Capacity,
  capacityProblems,
  capacityRequest,
  launchTypeProblem,
} from "../../../components/cluster/capacity";

describe("capacity", () => {
  it("is a launch type if it is given as a word, as in the first tutorial", () => {
    assert.deepEqual(capacityRequest("fargate"), { launchType: "FARGATE" });
    assert.deepEqual(capacityRequest("ec2"), { launchType: "EC2" });
  });

  it("is a strategy of AWS's own providers for shares of Fargate and Fargate Spot", () => {
    assert.deepEqual(capacityRequest({ fargateSpot: { weight: 3 }, fargate: { base: 1 } }), {
      capacityProviderStrategies: [
        { capacityProvider: "FARGATE", weight: 1, base: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 3, base: 0 },
      ],
    });
  });

  it("is a strategy of the cluster's own provider for instances", () => {
    assert.deepEqual(capacityRequest({ ec2: {} }, "nginx-dev").capacityProviderStrategies, [
      { capacityProvider: "nginx-dev", weight: 1, base: 0 },
    ]);
  });

  it("accepts any shares in range with one base and one weight above 0", () => {
    const share = fc.record({
      weight: fc.integer({ min: 1, max: 1000 }),
      base: fc.constant(0),
    });
    fc.assert(
      fc.property(share, share, fc.nat(100_000), (fargate, fargateSpot, base) => {
        const capacity = { fargate: { ...fargate, base }, fargateSpot };
        assert.deepEqual(capacityProblems(capacity, "FargateService", "REPLICA"), []);
      }),
    );
  });

  for (const [title, capacity, component, scheduling, problem] of [
    [
      "a strategy that mixes Fargate and instances",
      { fargate: {}, ec2: {} },
      "FargateService",
      "REPLICA",
      /mixes fargate, ec2: a strategy uses Fargate or instances, never both/,
    ],
    [
      "two bases",
      { fargate: { base: 1 }, fargateSpot: { base: 2 } },
      "FargateService",
      "REPLICA",
      /fargate has base 1, fargateSpot has base 2; only one provider may have one/,
    ],
    [
      "weights that are all 0",
      { fargate: { weight: 0 }, fargateSpot: { weight: 0 } },
      "FargateService",
      "REPLICA",
      /every weight is 0/,
    ],
    ["no provider", {}, "FargateService", "REPLICA", /names no provider; choose from fargate/],
    [
      "a weight out of range",
      { fargateSpot: { weight: 1001 } },
      "FargateService",
      "REPLICA",
      /capacity\.fargateSpot\.weight 1001 .* from 0 to 1000/,
    ],
    [
      "a base out of range",
      { ec2: { base: -1 } },
      "Ec2Service",
      "REPLICA",
      /capacity\.ec2\.base -1 .* from 0 to 100000/,
    ],
    [
      "an unknown provider, which a configuration file may have",
      { fargateSpott: {}, fargate: {} } as Capacity,
      "FargateService",
      "REPLICA",
      /"fargateSpott" unknown; choose from fargate, fargateSpot, ec2/,
    ],
    ["instances for a FargateService", "ec2", "FargateService", "REPLICA", /use an Ec2Service/],
    [
      "Fargate for an Ec2Service",
      { fargateSpot: {} },
      "Ec2Service",
      "REPLICA",
      /capacity fargateSpot: an Ec2Service runs on instances/,
    ],
    ["DAEMON on Fargate", "fargate", "FargateService", "DAEMON", /DAEMON needs instances/],
    [
      "DAEMON with a strategy",
      { ec2: {} },
      "Ec2Service",
      "DAEMON",
      /DAEMON does not support a capacity provider strategy/,
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      const problems = capacityProblems(capacity, component, scheduling);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems.join(), problem);
    });
  }

  it("accepts DAEMON on the cluster's instances", () => {
    assert.deepEqual(capacityProblems("ec2", "Ec2Service", "DAEMON"), []);
  });

  it("refuses a launch type beside a strategy", () => {
    const both = { ...capacityRequest({ fargateSpot: {} }), launchType: "FARGATE" };
    assert.match(
      launchTypeProblem(both) ?? "",
      /launchType and capacityProviderStrategies exclude each other/,
    );
    assert.equal(launchTypeProblem(capacityRequest("fargate")), undefined);
  });
});
