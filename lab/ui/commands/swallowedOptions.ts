import type { Command } from "commander";

/** Flags that both the lab and npm have: npm's value may really have been meant for npm. */
const npmsOwn = new Set(["yes", "json", "message", "follow", "watch"]);

/**
 * Without `--` before them, npm takes flags for itself, and passes them to scripts only in the environment: `npm run
 * lab destroy --stack=alice` would then destroy another stack.
 *
 * @param typed the words that reached the command.
 * @throws Error with the intended command line, if npm took a flag that the command has.
 */
export function refuseSwallowedOptions(
  command: Pick<Command, "options">,
  typed: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  const script = env.npm_lifecycle_event;
  if (script === undefined) return;
  const kept = command.options.flatMap(({ long }) => {
    const name = long?.replace(/^--(no-)?/, "") ?? "";
    const value = env[`npm_config_${name.replaceAll("-", "_")}`];
    if (value === undefined || npmsOwn.has(name)) return [];
    // `--no-serve` reaches a script as an empty `serve`.
    if (long?.startsWith("--no-")) return value === "" || value === "false" ? [long] : [];
    return [value === "true" ? (long ?? "") : `${long ?? ""}=${value}`];
  });
  if (kept.length === 0) return;
  const words = script === "start" ? typed.slice(1) : typed;
  const npm = script === "start" ? "npm start" : `npm run ${script}`;
  throw new Error(
    `npm kept ${kept.join(" ")} for itself; write -- before the flags: ` +
      [npm, "--", ...words, ...kept].join(" "),
  );
}
