// Loaded before the SDK's runner in a process that a language host starts before the engine asks for the program: loads
// the program's packages while the engine starts, then reads from standard input what to run.
//
// Relies on: resetOptions and setAllConfig of @pulumi/pulumi/runtime, with which the SDK's own runner sets its options;
// the variable PULUMI_NODEJS_ROOT_DIRECTORY; and, only for speed, the paths of the SDK's modules.
// Check: reads the options back from the SDK.
// Otherwise: ends with exit code 75; the host then starts the program in another process when the engine asks for it.
const { readSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const { lever } = require("ecs-handson-loader/lever.cjs");

/**
 * What programs like this one import, and what the SDK's runner loads before them; loaded while the engine starts. Only
 * packages, since the program's own modules may have side effects.
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
    // Ignored: the program itself will report the error when it runs.
  }
}

const text = readToEnd();
let isConfigured = false;
if (text !== "") {
  lever("early-start", () => {
    isConfigured = configureSdk(JSON.parse(text));
    return () => isConfigured;
  });
}
if (!isConfigured) process.exit(75);

/** Gives the options to the SDK, which was loaded before they were known; returns whether they took effect. */
function configureSdk({ args, env, options }) {
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

/** Reads standard input until the host has written all of it or has exited. */
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
      // Nothing to read yet. This process has nothing else to do, so it may block.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
