import assert from "node:assert/strict";

import { type ImageArgs, ImageRepository } from "../../../components";
import { imageSourceProblem } from "../../../components/shared/imageSource";
import { evaluate } from "../../program/mocks";

const region = "ap-northeast-1";
const url = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/web-repository";

const declare = (name?: string, stack = "dev") =>
  evaluate(() => new ImageRepository("web", { region, name }), { stack });

const imageFrom = async (changes: Partial<ImageArgs>) => {
  const { outputs, resources } = await evaluate(() => ({
    image: new ImageRepository("web", { region }).image({
      source: "public",
      publicImage: "nginx:1.30.6",
      context: "./nginx",
      cpuArchitecture: "X86_64",
      ...changes,
    }),
  }));
  return { image: outputs.image, built: resources.find(({ type }) => type === "awsx:ecr:Image") };
};

describe("ImageRepository", () => {
  it("is the tutorial's ecs-handson/nginx, one for each stack", async () => {
    const names = [];
    for (const stack of ["dev", "alice"]) {
      const { resources } = await declare(undefined, stack);
      const repository = resources.find(({ type }) => type === "aws:ecr/repository:Repository");
      names.push(repository?.inputs.name);
    }
    assert.deepEqual(names, ["ecs-handson-dev/nginx", "ecs-handson-alice/nginx"]);
  });

  it("scans and encrypts what is pushed, and is deleted with its images", async () => {
    const { resources } = await declare();
    const inputs = resources.find(({ type }) => type === "aws:ecr/repository:Repository")?.inputs;
    assert.deepEqual(inputs?.imageScanningConfiguration, { scanOnPush: true });
    assert.deepEqual(inputs.encryptionConfigurations, [{ encryptionType: "AES256" }]);
    assert.equal(inputs.forceDelete, true);
  });

  it("lets no tag move except that of the program's own builds", async () => {
    const { resources } = await declare();
    const inputs = resources.find(({ type }) => type === "aws:ecr/repository:Repository")?.inputs;
    assert.equal(inputs?.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
    const { built } = await imageFrom({ source: "build" });
    assert.deepEqual(inputs.imageTagMutabilityExclusionFilters, [
      { filter: built?.inputs.imageTag, filterType: "WILDCARD" },
    ]);
  });

  it("drops old images, untagged ones after 14 days", async () => {
    const { resources } = await declare();
    const policy = resources.find(({ type }) => type === "aws:ecr/lifecyclePolicy:LifecyclePolicy");
    const { rules } = JSON.parse(String(policy?.inputs.policy)) as {
      rules: { rulePriority: number; selection: Record<string, unknown> }[];
    };
    assert.deepEqual(
      rules.map(({ rulePriority, selection }) => [rulePriority, selection.tagStatus]),
      [
        [1, "untagged"],
        [2, "any"],
      ],
    );
    assert.equal(rules[0]?.selection.countNumber, 14);
  });

  it("starts services from a public image, before anybody has pushed one", async () => {
    const { image, built } = await imageFrom({ source: "public" });
    assert.equal(image, "nginx:1.30.6");
    assert.equal(built, undefined);
  });

  it("starts services from a tag that somebody has pushed", async () => {
    assert.equal((await imageFrom({ source: "2" })).image, `${url}:2`);
  });

  it("builds for the processor of the tasks, and starts services from the digest", async () => {
    const { image, built } = await imageFrom({ source: "build", cpuArchitecture: "ARM64" });
    assert.match(image, /@sha256:/);
    assert.equal(built?.inputs.platform, "linux/arm64");
    assert.equal(built.inputs.dockerfile, "./nginx/Dockerfile");
    assert.equal(built.inputs.repositoryUrl, url);
  });

  /** Two services' images, the second with other arguments. */
  const twoOf = (changes: Partial<ImageArgs>) =>
    evaluate(() => {
      const repository = new ImageRepository("web", { region });
      const args: ImageArgs = { source: "build", context: "./nginx", cpuArchitecture: "X86_64" };
      return { one: repository.image(args), other: repository.image({ ...args, ...changes }) };
    });

  it("builds one image for all services that ask for the same", async () => {
    const { outputs, resources } = await twoOf({});
    assert.equal(resources.filter(({ type }) => type === "awsx:ecr:Image").length, 1);
    assert.equal(outputs.one, outputs.other);
  });

  it("refuses to build another one beside it, which would take its tag", async () => {
    await assert.rejects(
      twoOf({ cpuArchitecture: "ARM64" }),
      /already built from \.\/nginx for X86_64, and cannot also be built from \.\/nginx for ARM64/,
    );
    await assert.rejects(
      twoOf({ context: "./other" }),
      /cannot also be built from \.\/other for X86_64/,
    );
  });

  it("gives the tutorial's commands to log in, build for the tasks' processor and push", async () => {
    const { outputs } = await evaluate(() => {
      const repository = new ImageRepository("web", { region });
      return { X86_64: repository.pushCommand("X86_64"), ARM64: repository.pushCommand("ARM64") };
    });
    const [registry] = url.split("/");
    const command = (platform: string) =>
      `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry} && ` +
      `docker build --platform ${platform} --tag ${url}:1 nginx && docker push ${url}:1`;
    assert.deepEqual(outputs, { X86_64: command("linux/amd64"), ARM64: command("linux/arm64") });
  });

  for (const name of ["nginx", "Ecs/nginx", "a/b/c", "ecs-handson/", `a/${"b".repeat(63)}`]) {
    it(`refuses the name "${name}"`, async () => {
      await assert.rejects(declare(name), /must be <namespace>\/<image>/);
    });
  }
});

describe("an image source", () => {
  it("is a word or a tag", () => {
    for (const source of ["public", "build", "1", "v1.2.3_rc-1"]) {
      assert.equal(imageSourceProblem(source), undefined);
    }
    for (const source of ["", "-1", "nginx:1", "a/b", "a".repeat(129)]) {
      assert.match(imageSourceProblem(source) ?? "", /neither public nor build nor an image tag/);
    }
  });
});
