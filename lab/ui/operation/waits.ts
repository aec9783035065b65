/** Where lines cannot be redrawn, a resource's wait is shown at most this often, in milliseconds. */
const repeatEveryMs = 5000;

/** What one resource is waiting for. */
interface Wait {
  text: string;
  /** The text last printed; undefined until one is. */
  printed?: string;
  /** When that was, in ms since 1970. */
  at: number;
  /** Prints the text when the next one is due. */
  timer?: NodeJS.Timeout;
}

/**
 * What resources are waiting for. The latest text of a resource that keeps waiting is always printed, even if nothing
 * changes after it: people need it to find out why an operation does not go on.
 */
export class Waits {
  private readonly waits = new Map<string, Wait>();

  /**
   * @param print prints a resource's wait as a line
   * @param isLive whether a live line shows the waits, so that only those that fail are printed
   */
  constructor(
    private readonly print: (urn: string, text: string) => void,
    private readonly isLive: boolean,
  ) {}

  /** The current waits. */
  list(): (readonly [urn: string, text: string])[] {
    return [...this.waits].map(([urn, { text }]) => [urn, text]);
  }

  /** A resource is waiting for something. The text is printed at once, or later if another was printed a moment ago. */
  set(urn: string, text: string): void {
    const wait = this.waits.get(urn) ?? { text, at: -Infinity };
    this.waits.set(urn, wait);
    wait.text = text;
    if (this.isLive) return;
    const leftMs = wait.at + repeatEveryMs - Date.now();
    if (leftMs <= 0) this.show(urn, wait);
    else
      wait.timer ??= setTimeout(() => {
        this.show(urn, wait);
      }, leftMs).unref();
  }

  /** It waits no longer. */
  end(urn: string): void {
    clearTimeout(this.waits.get(urn)?.timer);
    this.waits.delete(urn);
  }

  /** It has failed: what it was waiting for explains why, even if another text was printed a moment ago. */
  fail(urn: string): void {
    const wait = this.waits.get(urn);
    if (wait) this.show(urn, wait);
    this.end(urn);
  }

  /** Nothing waits any longer. */
  close(): void {
    for (const urn of [...this.waits.keys()]) this.end(urn);
  }

  private show(urn: string, wait: Wait): void {
    clearTimeout(wait.timer);
    wait.timer = undefined;
    if (wait.text === wait.printed) return;
    wait.printed = wait.text;
    wait.at = Date.now();
    this.print(urn, wait.text);
  }
}
