import { createRequire } from "node:module";

import { Resource } from "@pulumi/pulumi";

// What the SDK records for the engine and for debugging takes a third of a test's time, and no test here reads it: where
// each resource is declared, for which it reads source maps, and which promises are pending. It also parses all settings
// each time one is read. Without these replacements, tests are slower, but otherwise the same.
const sdk = createRequire(createRequire(__filename).resolve("@pulumi/pulumi"));
const debuggable = sdk("./runtime/debuggable") as { debuggablePromise?: <T>(promise: T) => T };
const positions = Resource as unknown as { callsites?: () => readonly unknown[] };
const { getStore } = sdk("./runtime/state") as {
  getStore: () => { config: Record<string, string | undefined> };
};
const settings = sdk("./runtime/config") as {
  configEnvKey: string;
  allConfig: () => Record<string, string>;
  getConfig?: (key: string) => string | undefined;
};

if (debuggable.debuggablePromise !== undefined) debuggable.debuggablePromise = (promise) => promise;
if (positions.callsites !== undefined) positions.callsites = () => [];

let read: { text: string | undefined; values: Record<string, string> } | undefined;
if (settings.getConfig !== undefined) {
  settings.getConfig = (key) => {
    const text = getStore().config[settings.configEnvKey];
    if (read === undefined || read.text !== text) read = { text, values: settings.allConfig() };
    return read.values[key];
  };
}
