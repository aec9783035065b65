// The pack's entry: Pulumi runs this folder.
require("./source.cjs")("pack");
