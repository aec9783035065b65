// The pack's entry. Pulumi's own loader checks the types of a pack each time it starts, for seconds;
// here they are checked in CI, and tsx only strips them.
require("tsx/cjs");
require("./index.ts");
