// Loaded before the SDK's runner in a process that a language host starts before the engine asks for the
// program: loads the program's packages, then waits on standard input to be told what to run.
//
// Relies on: resetOptions and setAllConfig of @pulumi/pulumi/runtime, which the SDK's own runner sets its
// options by, the variable PULUMI_NODEJS_ROOT_DIRECTORY, and for speed on where the SDK's modules are.
// Without it: the host starts the program in another process, when the engine asks for it.
// Proof: asks the SDK for what it was told; ends with 75 if it says anything else.
const { readSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const { lever } = require("ecs-handson-loader/lever.cjs");

/**
 * What programs like this one import, and what the SDK's runner loads before them; loaded while the engine
 * starts. Packages alone: the program's own modules may do something when they are loaded.
 */
const packages = [
  "@pulumi/pulumi",
  ...["closure/v8Hooks", "manifest", "stack"].map((name) => `@pulumi/pulumi/runtime/${name}`),
  ...["error", "instrumentation", "tracing"].map((name) => `@pulumi/pulumi/cmd/run/${name}`),
  "@pulumi/pulumi/tsutils",
  "semver",
  "@pulumi/aws",
  ...["cloudwatch", "ec2", "ecr", "ecs", "iam", "lb", "vpc"].map((name) => `@pulumi/aws/${name}`),
  ...["ec2", "ecr"].map((name) => `@pulumi/awsx/${name}`),
  "zod",
];

const { directory } = JSON.parse(process.env.LANGUAGE_HOST_PREPARES);
delete process.env.LANGUAGE_HOST_PREPARES;
const require_ = createRequire(path.join(directory, "package.json"));
for (const name of packages) {
  try {
    require_(name);
  } catch {
    // The program's own run tells what is wrong with it.
  }
}

const text = readToEnd();
let isTaken = false;
if (text !== "") {
  lever("early-start", () => {
    isTaken = takesOn(JSON.parse(text));
    return () => isTaken;
  });
}
if (!isTaken) process.exit(75);

/** Whether the SDK, which was loaded before it could read its options, has them now. */
function takesOn({ args, env, options }) {
  process.argv.push(...args);
  Object.assign(process.env, env);
  const { project, stack, organization, rootDirectory, parallel, engine, monitor, dryRun } =
    options;
  const config = JSON.parse(env.PULUMI_CONFIG);
  const secretKeys = JSON.parse(env.PULUMI_CONFIG_SECRET_KEYS);
  try {
    const pulumi = require_("@pulumi/pulumi");
    const { runtime } = pulumi;
    runtime.resetOptions(project, stack, parallel, engine, monitor, dryRun, organization);
    runtime.setAllConfig(config, secretKeys);
    return (
      pulumi.getProject() === project &&
      pulumi.getStack() === stack &&
      pulumi.getOrganization() === organization &&
      runtime.getRootDirectory?.() === rootDirectory &&
      runtime.isDryRun() === dryRun &&
      Object.keys(runtime.allConfig()).length === Object.keys(config).length
    );
  } catch {
    return false;
  }
}

/** All of standard input, once the host has written it, or is gone. */
function readToEnd() {
  const chunks = [];
  const chunk = Buffer.alloc(65536);
  for (;;) {
    try {
      const length = readSync(0, chunk);
      if (length === 0) return Buffer.concat(chunks).toString("utf8");
      chunks.push(Buffer.from(chunk.subarray(0, length)));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      // Nothing is there yet. This process has nothing else to do than to wait.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
