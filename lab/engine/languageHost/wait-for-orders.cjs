// Loaded before the SDK's runner in a process that a language host starts before the engine asks for the
// program: loads the program's packages, then waits on standard input to be told what to run. Ends with 75
// where the SDK that was loaded early does not take on what it is told, and the host starts another process.
const { readSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const { directory, packages } = JSON.parse(process.env.LANGUAGE_HOST_PREPARES);
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
if (text === "") process.exit(75);
const { args, env, options } = JSON.parse(text);
process.argv.push(...args);
Object.assign(process.env, env);

const pulumi = require_("@pulumi/pulumi");
const { runtime } = pulumi;
const { project, stack, organization, rootDirectory, parallel, engine, monitor, dryRun } = options;
const config = JSON.parse(env.PULUMI_CONFIG);
const secretKeys = JSON.parse(env.PULUMI_CONFIG_SECRET_KEYS);
runtime.resetOptions(project, stack, parallel, engine, monitor, dryRun, organization);
runtime.setAllConfig(config, secretKeys);

const tookOn =
  pulumi.getProject() === project &&
  pulumi.getStack() === stack &&
  pulumi.getOrganization() === organization &&
  runtime.getRootDirectory?.() === rootDirectory &&
  runtime.isDryRun() === dryRun &&
  Object.keys(runtime.allConfig()).length === Object.keys(config).length;
if (!tookOn) process.exit(75);

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
