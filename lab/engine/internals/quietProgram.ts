// Loaded before a program: applies quietSdk.ts to the program's own SDK, of which there may be several.

import { createRequire } from "node:module";
import * as path from "node:path";

import { quietSdk } from "./quietSdk";

quietSdk(createRequire(path.join(process.cwd(), "package.json")));
