import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import * as yaml from "yaml";

import { type BuildResult, runBuild } from "../../lab/delivery/pipeline/build";

const root = path.resolve(__dirname, "..", "..");
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";
const IMAGE = `${REGISTRY}/ecs-handson-dev/nginx:${COMMIT}`;
const PASSWORD = "a-password-that-nobody-may-see";

/** The command that fails in the stand-ins. */
type Fault = "get-login-password" | "login" | "build" | "push";

const variables = {
  AWS_DEFAULT_REGION: "ap-northeast-1",
  CODEBUILD_RESOLVED_SOURCE_VERSION: COMMIT,
  CONTAINER_NAME: "nginx",
  PLATFORM: "linux/amd64",
  REPOSITORY_URI: `${REGISTRY}/ecs-handson-dev/nginx`,
};

/**
 * Programs `aws` and `docker` that record how they were called, and fail where they are told to.
 * Like the real one, `docker login` accepts no empty password.
 */
const programs = {
  aws: `#!/bin/sh
echo "aws $*" >> "$CALLS"
case "$1 $2" in
  "ecr get-login-password")
    [ "$FAULT" = get-login-password ] && { echo "AccessDeniedException" >&2; exit 254; }
    echo ${PASSWORD} ;;
  "ecr describe-images")
    [ -n "$PUSHED" ] || { echo "ImageNotFoundException" >&2; exit 254; }
    echo "$PUSHED" ;;
  *) echo "unexpected: aws $*" >&2; exit 2 ;;
esac
`,
  docker: `#!/bin/sh
echo "docker $*" >> "$CALLS"
[ "$FAULT" = "$1" ] && { echo "docker $1 failed" >&2; exit 1; }
case "$1" in
  login) read -r password || { echo "password is empty" >&2; exit 1; }; [ "$password" = ${PASSWORD} ] ;;
  build | push) ;;
  *) echo "unexpected: docker $*" >&2; exit 2 ;;
esac
`,
};

describe("buildspec_nginx.yml", () => {
  let folder: string;
  let lines: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "buildspec-"));
    lines = [];
    await mkdir(path.join(folder, "bin"));
    await mkdir(path.join(folder, "source", "nginx"), { recursive: true });
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(path.join(folder, "bin", name), text);
      await chmod(path.join(folder, "bin", name), 0o755);
    }
    await writeFile(path.join(folder, "calls"), "");
    const buildspec = await readFile(path.join(root, "buildspec_nginx.yml"));
    await writeFile(path.join(folder, "source", "buildspec_nginx.yml"), buildspec);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const build = (
    changes: Record<string, string | undefined> = {},
    fault?: Fault,
  ): Promise<BuildResult> => {
    const environment = {
      ...variables,
      CALLS: path.join(folder, "calls"),
      FAULT: fault,
      PATH: `${path.join(folder, "bin")}:/usr/bin:/bin`,
      ...changes,
    };
    return runBuild({
      sourceDir: path.join(folder, "source"),
      buildspec: "buildspec_nginx.yml",
      environment: Object.fromEntries(
        Object.entries(environment).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
      artifacts: ["build"],
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      onLine: (line) => lines.push(line),
    });
  };
  const calls = async () =>
    (await readFile(path.join(folder, "calls"), "utf8")).split("\n").filter(Boolean);
  const files = ({ artifacts }: BuildResult) =>
    Object.fromEntries(
      Object.entries(artifacts.build ?? {}).map(([name, content]) => [
        name,
        Buffer.from(content).toString(),
      ]),
    );

  const login = [
    "aws ecr get-login-password --region ap-northeast-1",
    `docker login --username AWS --password-stdin ${REGISTRY}`,
  ];
  const lookUp =
    "aws ecr describe-images --region ap-northeast-1 --repository-name ecs-handson-dev/nginx " +
    `--image-ids imageTag=${COMMIT} --query imageDetails[0].imageDigest --output text`;

  /** The two sides of the login run at once; either may be recorded first. */
  const assertCalls = async (wanted: string[]) => {
    const made = await calls();
    assert.deepEqual([...made.slice(0, 2).sort(), ...made.slice(2)], wanted);
  };

  it("logs in, builds for the task's processor, and pushes under the commit's id", async () => {
    const result = await build();
    assert.equal(result.status, "SUCCEEDED", lines.join("\n"));
    await assertCalls([
      ...login,
      lookUp,
      `docker build --platform linux/amd64 --tag ${IMAGE} nginx`,
      `docker push ${IMAGE}`,
    ]);
  });

  it("passes on which image the container gets, and nothing else", async () => {
    const passedOn = files(await build());
    assert.deepEqual(Object.keys(passedOn), ["imagedefinitions.json"]);
    assert.deepEqual(JSON.parse(passedOn["imagedefinitions.json"] ?? ""), [
      { name: "nginx", imageUri: IMAGE },
    ]);
  });

  it("also passes on the task definition and the appspec if CodeDeploy deploys", async () => {
    const definition = {
      family: "cicd-dev",
      containerDefinitions: [
        { name: "nginx", image: "<IMAGE>", command: ["a b", 'it"s', "$HOME"] },
      ],
    };
    const passedOn = files(
      await build({
        TASK_DEFINITION: JSON.stringify(definition),
        TARGET_CONTAINER: "nginx",
        TARGET_PORT: "8080",
      }),
    );
    assert.deepEqual(JSON.parse(passedOn["taskdef.json"] ?? ""), {
      family: "cicd-dev",
      containerDefinitions: [{ name: "nginx", image: IMAGE, command: ["a b", 'it"s', "$HOME"] }],
    });
    assert.deepEqual(yaml.parse(passedOn["appspec.yaml"] ?? ""), {
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: "AWS::ECS::Service",
            Properties: {
              TaskDefinition: "<TASK_DEFINITION>",
              LoadBalancerInfo: { ContainerName: "nginx", ContainerPort: 8080 },
            },
          },
        },
      ],
    });
  });

  it("reuses the existing image when a commit is released once more", async () => {
    const result = await build({ PUSHED: "sha256:0" });
    assert.equal(result.status, "SUCCEEDED", lines.join("\n"));
    await assertCalls([...login, lookUp]);
    assert.match(files(result)["imagedefinitions.json"] ?? "", new RegExp(COMMIT));
  });

  it("shows the password only to docker", async () => {
    await build();
    const shown = [...lines, ...(await calls())].join("\n");
    assert.ok(!shown.includes(PASSWORD));
  });

  for (const [fault, phase, last] of [
    ["get-login-password", "PRE_BUILD", "docker login"],
    ["login", "PRE_BUILD", "docker login"],
    ["build", "BUILD", "docker build"],
    ["push", "BUILD", "docker push"],
  ] as const) {
    it(`ends in ${phase} and passes nothing on when ${fault} fails`, async () => {
      const result = await build({}, fault);
      assert.equal(result.status, "FAILED");
      assert.equal(result.phase, phase);
      assert.equal(result.code, "COMMAND_EXECUTION_ERROR");
      assert.deepEqual(result.artifacts, {});
      const made = await calls();
      assert.ok(made.some((call) => call.startsWith(last)));
      assert.ok(!made.some((call) => call.startsWith("docker push")) || fault === "push");
    });
  }

  it("does not describe an image that was not built", async () => {
    await build({}, "build");
    const log = lines.join("\n");
    assert.match(log, /no image, so nothing to deploy/);
    await assert.rejects(
      readFile(path.join(folder, "source", "artifacts", "imagedefinitions.json")),
    );
  });

  it("reports every variable that the project does not set, before it does anything", async () => {
    const result = await build({ REPOSITORY_URI: undefined, PLATFORM: "" });
    assert.equal(result.phase, "PRE_BUILD");
    assert.match(lines.join("\n"), /not set: REPOSITORY_URI PLATFORM$/m);
    assert.deepEqual(await calls(), []);
  });
});
