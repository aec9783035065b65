// The test files, in the order in which `npm test` starts them.
const { readdirSync } = require("node:fs");
const { sep } = require("node:path");

const pathOf = (name) => `tests/${name}.test.ts`;

/**
 * Files that run Pulumi's engine, a browser, the real services, or for each test a process that loads all of
 * Pulumi's SDK. Those that take longest come first, so that what is left for the end is short.
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
  "lab/cli/scarceResources",
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
].map(pathOf);

/**
 * Files that start other processes: of Node.js, Docker, git, a shell. A unit test stays in its own; tests/noProcesses.cjs
 * makes others fail.
 */
const processes = [
  "lab/host/attach",
  "lab/host/follow",
  "lab/host/reserve",
  "workflows/copyState",
  "lab/delivery/pipeline/build",
  "lab/runtime/controlplane/serviceScaling",
  "lab/runtime/controlplane/containers",
  "loader/loader",
  "lab/compiled",
  "lab/runtime/controlplane/serviceConnect",
  "lab/account/account",
  "lab/runtime/dataplane/runtimes",
  "lab/runtime/dataplane/nodeRuntime",
  "lab/engine/languageHost/server",
  "lab/engine/languageHost/preparedPack",
  "policies/checkConfig",
  "policies/ownPack",
  "policies/internals/operations",
  "policies/server",
  "lab/delivery/pipeline/gitServer",
  "lab/delivery/pipeline/gitAddress",
  "lab/protocol/loopback",
  "lab/provider/closing",
  "lab/shared/ownPeers",
  "lab/shared/guardPorts",
  "lab/engine/nodeOptions",
  "lab/api/crane",
  "nginx/image",
  "lab/engine/pulumiCli",
  "lab/engine/stackLock",
  "lab/engine/internals/componentParts",
  "lab/engine/internals/lateDebugger",
  "lab/runtime/controlplane/controlPlane",
  "lab/runtime/controlplane/deploymentFailures",
  "lab/runtime/controlplane/instances",
  "lab/runtime/controlplane/runTask",
  "lab/runtime/controlplane/scheduledTasks",
  "lab/runtime/dataplane/deployedImages",
  "lab/runtime/dataplane/dockerRuntime",
  "lab/runtime/dataplane/hostCommand",
  "lab/runtime/dataplane/nginxShim",
  "lab/ui/diagram/cli",
  "lab/ui/commands/exec",
  "lab/shared/folderLock",
  "lab/shared/progress",
  "lab/shared/replaceFile",
  "lab/shared/temporaryFolder",
  "classroom/cli",
  "program/enforcement",
  "nginx/buildspec",
  "components/pipeline/cicdPipeline",
  "bench/statistics",
  "workflows/newest",
  "workflows/workflows",
].map(pathOf);

/** Unit tests that take longest, by computing or by waiting. */
const slow = [
  "awsApi/replay",
  "policies/properties",
  "services/shop",
  "lab/runtime/controlplane/blueGreen",
  "lab/ui/dashboard/rollout",
  "program/policies",
  "services/auth",
  "components/argumentDocs",
  "lab/runtime/dataplane/alb",
  "lab/runtime/controlplane/pace",
].map(pathOf);

const all = readdirSync(__dirname, { recursive: true })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => ["tests", ...file.split(sep)].join("/"))
  .sort();

const listed = [...long, ...processes, ...slow];
const missing = listed.filter((file) => !all.includes(file));
if (missing.length > 0) throw new Error(`tests/files.cjs: there is no ${missing.join(", ")}`);

exports.long = long;
exports.processes = processes;
exports.unit = [...slow, ...all.filter((file) => !listed.includes(file))];
