// Which test files there are, in the order in which `npm test` begins them.
const { readdirSync } = require("node:fs");
const { sep } = require("node:path");

/**
 * Files that run Pulumi's engine, a browser, the real services, or for each test a process that loads all of
 * Pulumi's SDK, those that take longest first: what is left for the end is short.
 */
const long = [
  "door/plain",
  "docs/tutorial",
  "lab/cli/awsCommands",
  "docs/guides",
  "door/components",
  "lab/cli/push",
  "door/documented",
  "lab/cli/crowd",
  "classroom/engine",
  "lab/cli/crash",
  "lab/cli/recover",
  "door/lab",
  "workflows/previewJob",
  "lab/cli/microservices",
  "door/workflows",
  "lab/browser/shop",
  "lab/cli/ec2",
  "lab/cli/cicd",
  "bench/class",
  "lab/engine/internals/levers",
  "lab/cli/lifecycle",
  "door/killed",
  "door/standalone",
  "door/newUser",
  "lab/cli/serve",
  "lab/cli/scarce",
  "lab/cli/damaged",
  "lab/cli/anotherUser",
  "lab/cli/rollback",
  "lab/cli/strategies",
  "lab/cli/https",
  "lab/cli/express",
  "lab/cli/managedInstances",
  "lab/host/damagedFiles",
  "lab/engine/lastUpdate",
  "lab/cli/rules",
  "lab/ui/dashboard/push",
  "lab/ui/dashboard/pictures",
  "lab/cli/diagram",
  "lab/cli/violations",
  "lab/cli/report",
  "lab/cli/pipelineCommands",
  "bench/comparison",
  "infra/githubOidc",
  "lab/cli/settings",
  "lab/engine/operation",
  "lab/provider/engine",
  "lab/ui/dashboard/lesson",
  "lab/ui/dashboard/page",
  "lab/runtime/controlplane/microservices",
  "lab/engine/internals/quickModules",
  "services/processes",
  "policies/newRule",
  "policies/internals/start",
  "policies/internals/levers",
  "services/page",
].map((name) => `tests/${name}.test.ts`);

const all = readdirSync(__dirname, { recursive: true })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => ["tests", ...file.split(sep)].join("/"))
  .sort();

const missing = long.filter((file) => !all.includes(file));
if (missing.length > 0) throw new Error(`tests/files.cjs: there is no ${missing.join(", ")}`);

exports.long = long;
exports.unit = all.filter((file) => !long.includes(file));
