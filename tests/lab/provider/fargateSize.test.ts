import assert from "node:assert/strict";

import { smallestFargateSize } from "../../../lab/provider/awsx/fargateSize";

// pulumi-awsx: awsx/ecs/fargateMemoryAndCpu.ts, calculateFargateMemoryAndCPU.
describe("the size that awsx gives a Fargate task that specifies none", () => {
  it("is the smallest with room for all containers", () => {
    for (const [containers, cpu, memory] of [
      [[{}], 256, 512],
      [[{ cpu: 256, memory: 512 }], 256, 512],
      [[{ memory: 600 }], 256, 1024],
      [[{ memory: 1500 }, { memory: 1000 }], 512, 3072],
      [[{ cpu: 512, memory: 4096, memoryReservation: 512 }, { cpu: 256 }], 1024, 2048],
      [[{ cpu: 9000, memory: 130 }], 16_384, 32_768],
    ] as const) {
      assert.deepEqual(smallestFargateSize(containers), {
        cpu: String(cpu),
        memory: String(memory),
      });
    }
  });

  it("is an error if no size is large enough", () => {
    assert.throws(
      () => smallestFargateSize([{ cpu: 20_480, memory: 1024 }]),
      /Requested: 20 vCPU and 1GB\. Max: 16 vCPU and 120GB\./,
    );
  });
});
