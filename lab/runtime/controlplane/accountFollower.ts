import type { AccountView } from "../../account/record";

/** Follows the account's changes in successive runs, never two at a time. */
export class AccountFollower {
  private unsubscribe: (() => void) | undefined;
  private queue: Promise<void> = Promise.resolve();
  private isPending = false;

  /**
   * @param follow one run: brings what runs in line with the account
   * @param onError called when a run fails; the next change starts another
   */
  constructor(
    private readonly account: AccountView,
    private readonly follow: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Resolves when the first run has ended. */
  async start(): Promise<void> {
    this.unsubscribe = this.account.onChange(() => {
      void this.sync();
    });
    await this.sync();
  }

  /** Resolves when the current run, if any, has ended. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    await this.queue;
  }

  /**
   * Follows the account's present state. Changes during a run cause one more run. Resolves when everything so far has
   * been followed. Never rejects.
   */
  sync(): Promise<void> {
    if (!this.isPending) {
      this.isPending = true;
      this.queue = this.queue.then(async () => {
        this.isPending = false;
        try {
          await this.follow();
        } catch (error) {
          this.onError(error);
        }
      });
    }
    return this.queue;
  }
}
