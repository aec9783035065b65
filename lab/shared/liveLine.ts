import { cut } from "./textWidth";

/** Where a line can be that changes while something goes on: a terminal that tells its columns. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Whether what was written can be written over: pipes, CI and terminals that are dumb or tell no columns only take
 * one line after the other.
 */
export function canRedraw({ isTTY = false, columns = 0 }: Omit<Screen, "write">): boolean {
  return isTTY && columns > 0 && process.env.CI === undefined && process.env.TERM !== "dumb";
}

/** How often the line is drawn again, in milliseconds. */
const drawEvery = 250;

/**
 * The last line of a terminal, which tells what goes on and for how long. Where nothing can be drawn again
 * (pipes, CI, terminals without columns) there is none.
 */
export class LiveLine {
  private text?: string;
  private since = 0;
  private timer?: NodeJS.Timeout;

  constructor(private readonly screen: Screen) {}

  /** Whether there is a line at all. */
  get canShow(): boolean {
    return canRedraw(this.screen);
  }

  /** Shows a text, with the time since the line appeared, in place of what it said before. */
  show(text: string): void {
    if (!this.canShow) return;
    if (this.text === undefined) this.since = Date.now();
    this.text = text;
    this.draw();
    this.timer ??= setInterval(() => {
      this.draw();
    }, drawEvery).unref();
  }

  /** Takes the line away. */
  clear(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.text !== undefined) this.screen.write("\r\u001b[2K");
    this.text = undefined;
  }

  /** Writes lines above it, to the same terminal. */
  above(write: () => void): void {
    if (this.text !== undefined) this.screen.write("\r\u001b[2K");
    write();
    if (this.text !== undefined) this.draw();
  }

  private draw(): void {
    const seconds = Math.floor((Date.now() - this.since) / 1000);
    const line = `${this.text ?? ""} (${seconds} s)`;
    // One column is left free: a full line wraps in some terminals, and could not be taken back.
    this.screen.write(`\r\u001b[2K${cut(line, (this.screen.columns ?? 0) - 1)}`);
  }
}

/** This process's own: whatever is written to its terminal meanwhile goes above it. */
export const liveLine = new LiveLine(process.stderr);
