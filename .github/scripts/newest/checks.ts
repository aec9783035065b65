import * as path from "node:path";

/** What is run in the copy, by the Node.js that runs this. */
export interface Check {
  name: string;
  /** Arguments of `node`. */
  args: readonly string[];
}

const tsc = path.join("node_modules", "typescript", "bin", "tsc");
const mocha = path.join("node_modules", "mocha", "bin", "mocha.js");

/** Folders of tests that need neither an engine nor a browser. */
export const unitTestFolders = ["components", "infra", "loader", "policies", "program"];

/** The one suite in these folders that runs an engine; the door tests run the same program. */
export const suiteWithEngine = "the program of the roles";

export const checks: readonly Check[] = [
  { name: "types", args: [tsc, "--noEmit"] },
  {
    name: "unit tests",
    args: [
      mocha,
      "--reporter=dot",
      ...["--fgrep", suiteWithEngine, "--invert"],
      ...unitTestFolders.map((folder) => `tests/${folder}/**/*.test.ts`),
    ],
  },
  { name: "door tests", args: [mocha, "tests/door/**/*.test.ts"] },
];
