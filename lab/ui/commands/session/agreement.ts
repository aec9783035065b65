import { differenceOf, putBackState } from "../../../engine/engineState";
import type { OperationReport } from "../../../engine/operation";
import { knownResources, OperationMark, resourcesOf } from "../../../engine/recovery";
import { lockStack } from "../../../engine/stackLock";
import { forgetOldStates } from "../../../engine/stateHistory";
import { expectStack, type OpenStack, say } from "./openStack";
import type { OperationRunner } from "./operationRunner";

/** Keeps account and state in agreement, and lets only one process at a time work on a stack. */
export class Agreement {
  constructor(
    private readonly stack: OpenStack,
    private readonly runner: OperationRunner,
  ) {}

  /**
   * Restores the last intact state of a stack whose state was damaged or lost, and makes account and state agree.
   *
   * @returns the report of the refresh; undefined if nothing was wrong
   * @throws Error if no intact state is left
   */
  async recover(): Promise<OperationReport | undefined> {
    const { engine, host, options, project } = this.stack;
    const what = { what: "recover", signal: options.signal };
    const release = await lockStack(engine.stack.place, what);
    try {
      const account = await host.resources(engine.name, project.name);
      const isEmpty = (state: readonly unknown[]) => state.length === 0 && account.length > 0;
      const done = await putBackState(engine.stack.stateFile, isEmpty);
      expectStack(this.stack);
      if (done !== undefined) say(options, done);
      const mark = new OperationMark(options.state, engine.name);
      const state = await resourcesOf(engine, engine.stack.stateFile);
      const differs = differenceOf(state, account) !== undefined;
      if (done === undefined && !differs && !mark.wasInterrupted()) return undefined;
      // If this is cut off from here on, the next operation completes it.
      await mark.set();
      return await this.agree();
    } finally {
      await release();
    }
  }

  /** Calls `work` once no other process is working on the stack. */
  async alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { engine, options } = this.stack;
    const release = await lockStack(engine.stack.place, { what, signal: options.signal });
    const forget = () => forgetOldStates(engine.stack.stateFile);
    return this.compare(what).then(work).finally(forget).finally(release);
  }

  /**
   * Warns if account and state differ, which an update would not notice.
   * @throws Error if the state is damaged; or if none of its resources is left, unless the operation repairs that
   */
  async compare(what: string): Promise<void> {
    const { host, engine, options, project } = this.stack;
    const state = await resourcesOf(engine, engine.stack.stateFile);
    // What an unfinished operation left is made good; one that is under way changes both.
    if (new OperationMark(options.state, engine.name).wasInterrupted()) return;
    const account = await host.resources(engine.name, project.name);
    const difference = differenceOf(state, account);
    if (difference === undefined) return;
    if (difference.isLoss && !/refresh|destroy/.test(what)) throw new Error(difference.text);
    process.stderr.write(`warning: ${difference.text}\n`);
  }

  /** Repairs what an interrupted operation left, so that no resource is duplicated or lost. */
  async finishInterrupted(): Promise<void> {
    const { engine, options } = this.stack;
    const mark = new OperationMark(options.state, engine.name);
    if (!mark.wasInterrupted()) return;
    say(
      options,
      `An earlier operation on stack ${engine.name} did not finish; cleaning up what it left`,
    );
    await this.agree();
  }

  /** Makes account and state agree by removing what only one of them has. */
  private async agree(): Promise<OperationReport> {
    const { engine, host, options, project } = this.stack;
    const removed = await host.recover(engine.name, project.name, await knownResources(engine));
    for (const urn of removed) say(options, `  removed ${urn}, which the state does not have`);
    return this.runner.change("refresh");
  }
}
