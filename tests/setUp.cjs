// Loaded by mocha before any test, in each of its processes.
require("../services/share.cjs").shareSources();
// Tests of programs wait for the SDK as little as the lab does.
require("../lab/engine/internals/quick-modules.cjs");
require("../lab/engine/internals/quietProgram.ts");
