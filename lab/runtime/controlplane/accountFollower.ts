import type { AccountView } from "../../account/record";

/** Follows the account's changes by one run after the other, never two at a time. */
export class AccountFollower {
  private unsubscribe: (() => void) | undefined;
  private queue: Promise<void> = Promise.resolve();
  private isPending = false;

  /**
   * @param follow one run: makes what is what the account says
   * @param onError called when a run fails; the next change leads to another one
   */
  constructor(
    private readonly account: AccountView,
    private readonly follow: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Resolves when the account has been followed for the first time. */
  async start(): Promise<void> {
    this.unsubscribe = this.account.onChange(() => {
      void this.sync();
    });
    await this.sync();
  }

  /** Resolves when the run under way, if any, has ended. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    await this.queue;
  }

  /**
   * Follows the account as it is now. Changes that come while a run is under way lead to one more.
   * Resolves when it has been followed. Never rejects.
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
