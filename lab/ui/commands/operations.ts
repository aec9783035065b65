import { type EarlyStart, startEarly } from "../../engine/earlyStart";
import type { OperationReport } from "../../engine/operation";
import { policyPack, repository } from "../../shared/repository";
import { stopSignal } from "../../shared/shutdown";
import type { ReportRequest } from "../report/formats";
import type { ServeOptions as HowToServe, Serving } from "./serve";
import type { Session } from "./session/session";

// Each operation loads its own modules: see lab/cli.ts.

/** How long an update waits for running services to become steady before it starts, in milliseconds. */
const steadyWithinMs = 30_000;

export interface CommonOptions {
  state: string;
  json?: boolean;
}

export interface StackOptions extends CommonOptions {
  stack: string;
  config?: Record<string, string>;
  policyConfig?: string;
  verbose?: boolean;
}

export interface ReportOptions {
  report?: ReportRequest[];
  out?: string;
}

export interface ServeOptions extends Omit<HowToServe, "state" | "signal"> {
  /** Whether an update serves the stack afterwards. @default true */
  serve?: boolean;
}

/** The folder in which the command was typed; npm runs scripts in that of package.json. */
export function typedIn(): string {
  return process.env.INIT_CWD ?? process.cwd();
}

export async function openSession(
  options: StackOptions,
  signal: AbortSignal,
  early?: EarlyStart,
): Promise<Session> {
  const { Session } = require("./session/session") as typeof import("./session/session");
  return Session.open({ ...options, early, create: early !== undefined, signal });
}

/** A session whose operations run the policies; the pack loads while this process loads the rest. */
async function openJudgedSession(options: StackOptions, signal: AbortSignal): Promise<Session> {
  return openSession(options, signal, await earlyIn(options));
}

function earlyIn({ state }: CommonOptions, program = repository): Promise<EarlyStart> {
  return startEarly({ pack: policyPack, program, stateDir: state });
}

/** Serves once no other process has the account open. */
export async function serveOnly(
  options: CommonOptions & ServeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { openHostToServe } =
    require("../../host/openHost") as typeof import("../../host/openHost");
  const { serve } = require("./serve") as typeof import("./serve");
  const host = await openHostToServe(options.state, signal, (text) => {
    process.stderr.write(`${text}\n`);
  });
  await serve(host, { ...options, signal }).finally(() => host.close());
}

export async function operate(
  options: StackOptions,
  operation: (session: Session) => Promise<OperationReport>,
): Promise<void> {
  const session = await openSession(options, stopSignal());
  const report = await operation(session).finally(() => session.close());
  tell(report, options);
}

export async function preview(options: StackOptions & ReportOptions): Promise<void> {
  const { report: asked = [], out } = options;
  if (out !== undefined && asked.filter(({ file }) => file === undefined).length > 1) {
    throw new Error("--out is for one report; write --report FORMAT=FILE for each");
  }
  const reports = asked.map(({ format, file = out }) => ({ format, file }));
  const onStdout = reports.filter(({ file }) => file === undefined);
  if (onStdout.length > 1) {
    throw new Error("only one report can go to standard output; write --report FORMAT=FILE");
  }
  // Nothing else is printed if a report goes to standard output.
  const alone = onStdout.length > 0;
  const session = await openJudgedSession(
    { ...options, json: alone || options.json },
    stopSignal(),
  );
  const report = await session.preview().finally(() => session.close());
  tell(report, alone ? { ...options, json: false } : options);
  if (reports.length === 0) return;
  const { formatReport, writeReport } =
    require("../report/formatReport") as typeof import("../report/formatReport");
  for (const { format, file } of reports) {
    const text = formatReport(report, format);
    if (file === undefined) process.stdout.write(text);
    else await writeReport(text, file);
  }
}

/** Runs `pulumi` with these arguments on a stack of the lab: the named one, else the selected one, else dev. */
export async function pulumi(given: string[], options: CommonOptions & { policyConfig?: string }) {
  const { isJudged, needsStack, pulumiCommandLine } =
    require("./pulumi") as typeof import("./pulumi");
  const line = pulumiCommandLine(given, typedIn());
  const early = isJudged(line.command) ? await earlyIn(options, line.programDir) : undefined;
  const { Session } = require("./session/session") as typeof import("./session/session");
  const { programDir, stack = "dev", command } = line;
  const common = { ...options, programDir, early, signal: stopSignal() };
  let session = await Session.open({ ...common, stack });
  try {
    if (line.stack === undefined && needsStack(command)) {
      const selected = await session.selectedStack();
      if (selected !== stack) {
        await session.close();
        session = await Session.open({ ...common, stack: selected });
      }
    }
    process.exitCode = await session.pulumi(line);
  } finally {
    session.endOperations();
    await session.close();
  }
}

/** Updates and serves, unless told not to or another lab process serves already. */
export async function up(options: StackOptions & ServeOptions): Promise<void> {
  const signal = stopSignal();
  const session = await openJudgedSession(options, signal);
  const serves = options.serve !== false && !options.json && session.host.account !== undefined;
  let serving: Serving | undefined;
  const startServing = async () => {
    const { Serving } = require("./serve") as typeof import("./serve");
    serving ??= await Serving.start(session.host, { ...options, signal });
    return serving;
  };
  try {
    // The update waits for the tasks that it deploys, which replace the running ones.
    const report = await session.up(
      serves ? async () => (await startServing()).untilSteady(steadyWithinMs) : undefined,
    );
    tell(report, options);
    if (report.result === "failed" || options.serve === false || options.json) return;
    if (!serves) {
      if ((await session.host.status()).plane === undefined) {
        await session.close();
        await serveOnly(options, signal);
        return;
      }
      await session.sayWhere(report);
      return;
    }
    session.endOperations();
    await (await startServing()).untilAborted();
  } finally {
    await serving?.stop();
    await session.close();
  }
}

export function tell(report: OperationReport, { json }: CommonOptions): void {
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (report.result === "succeeded") return;
  process.exitCode = 1;
  if (json) return;
  const mandatory = report.findings.filter(({ level }) => level === "mandatory").length;
  const reasons = [
    ...(mandatory > 0
      ? [`${mandatory} mandatory policy violation${mandatory > 1 ? "s" : ""}`]
      : []),
    ...(report.errors.length > 0
      ? [`${report.errors.length} error${report.errors.length > 1 ? "s" : ""}`]
      : []),
  ];
  if (reasons.length === 0) reasons.push("the engine said why above");
  const nothing = report.operation === "preview" ? "; nothing was changed" : "";
  process.stderr.write(`${report.operation} failed: ${reasons.join(", ")}${nothing}\n`);
}
