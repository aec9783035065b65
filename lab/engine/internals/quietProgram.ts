import { createRequire } from "node:module";
import * as path from "node:path";

import { quietSdk } from "./quietSdk";

// Loaded before a program: quiets the program's own SDK, of which there may be several.
quietSdk(createRequire(path.join(process.cwd(), "package.json")));
