import assert from "node:assert/strict";

import fc from "fast-check";

import {
  fargateCpuSizes,
  fargateMemorySizes,
  fargateSizeProblem,
} from "../../../components/shared/fargateSize";

describe("Fargate task sizes", () => {
  it("are those of the developer guide's table", () => {
    const ends = fargateCpuSizes.map((cpu) => {
      const sizes = fargateMemorySizes(cpu);
      return [cpu, sizes[0], sizes.at(-1), sizes.length];
    });
    assert.deepEqual(ends, [
      [256, 512, 2048, 3],
      [512, 1024, 4096, 4],
      [1024, 2048, 8192, 7],
      [2048, 4096, 16384, 13],
      [4096, 8192, 30720, 23],
      [8192, 16384, 61440, 12],
      [16384, 32768, 122880, 12],
    ]);
  });

  it("are suggested for memory that does not go with its CPU size", () => {
    assert.equal(
      fargateSizeProblem(256, 4096),
      "memory 4096 does not go with cpu 256 on Fargate; choose 512, 1024, 2048",
    );
    assert.match(fargateSizeProblem(4096, 1) ?? "", /choose 8192 to 30720 in steps of 1024/);
  });

  it("are suggested for an unknown CPU size", () => {
    assert.match(fargateSizeProblem(300, 512) ?? "", /cpu 300 .* 256, 512, 1024, 2048/);
  });

  it("have no problem with exactly the memory sizes that are listed", () => {
    fc.assert(
      fc.property(fc.constantFrom(...fargateCpuSizes), fc.nat(130_000), (cpu, memory) => {
        const listed = fargateMemorySizes(cpu).includes(memory);
        assert.equal(fargateSizeProblem(cpu, memory) === undefined, listed);
      }),
    );
  });
});
