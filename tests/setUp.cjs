// Loaded by mocha before any test, in each of its processes.
require("../services/share.cjs").shareSources();
require("./noProcesses.cjs");
// Tests of programs load the SDK as quickly as the lab does.
require("../lab/engine/internals/quick-modules.cjs");
require("../lab/engine/internals/quietProgram.ts");
// The AWS SDK's warning is about later releases than those that are used here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
