// This folder contains the pack's uses of undocumented parts of Pulumi's SDK, one file each. The comment at the top of a
// file says what it does, which part it relies on, how it checks at run time that this worked, and what happens
// otherwise. Written for @pulumi/policy 1.21.0 and @pulumi/pulumi 3.248.0, which package.json pins.

import { createRequire } from "node:module";

/** Resolves modules as the policy SDK does, to get the copies that its server uses. */
const fromSdk = createRequire(require.resolve("@pulumi/policy"));

/** The SDK differs from what the pack was written for, so the pack's findings could not be relied on. */
export class UnknownSdk extends Error {
  /** @param lacking what is missing or not as expected, as a noun phrase. */
  constructor(lacking: string) {
    super(
      `the policy pack failed to start: @pulumi/policy ${versionOf("@pulumi/policy")} with ` +
        `@pulumi/pulumi ${versionOf("@pulumi/pulumi")} has no ${lacking}. Install the versions that the ` +
        "pack pins (npm ci, in the pack's folder), or update the pack.",
    );
  }
}

function versionOf(name: string): string {
  try {
    return (fromSdk(`${name}/package.json`) as { version: string }).version;
  } catch {
    return "(of an unknown version)";
  }
}

/**
 * A module of the policy SDK, or of a package that it uses.
 *
 * @throws UnknownSdk if there is none.
 */
export function sdkModule(name: string): Readonly<Record<string, unknown>> {
  try {
    return fromSdk(name) as Readonly<Record<string, unknown>>;
  } catch {
    throw new UnknownSdk(`module ${name}`);
  }
}

/** @throws UnknownSdk if one of an object's methods is missing, e.g. `getName of PolicyConfig`. */
export function assertMethods(of: string, object: unknown, methods: readonly string[]): void {
  const fields = Object(object) as Readonly<Record<string, unknown>>;
  const missing = methods.filter((method) => typeof fields[method] !== "function");
  if (missing.length > 0) throw new UnknownSdk(`${missing.join(", ")} of ${of}`);
}

/** Ends this process if `start` throws, and prints only the error's message. */
export function startOrEnd(start: () => void): void {
  try {
    start();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
