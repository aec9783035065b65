import { cut } from "./textWidth";

/** A terminal with a known width, in which a line can be redrawn. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Whether output can be redrawn: pipes, CI, and terminals that are dumb or have no known width can only show one line
 * after another.
 */
export function canRedraw({ isTTY = false, columns = 0 }: Omit<Screen, "write">): boolean {
  return isTTY && columns > 0 && process.env.CI === undefined && process.env.TERM !== "dumb";
}

/** How often the line is redrawn, in milliseconds. */
const drawEvery = 250;

/**
 * The last line of a terminal, which shows what is going on and for how long. There is none if output cannot be redrawn
 * (pipes, CI, terminals without a known width).
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

  /** Shows a text, with the time since the line appeared, replacing the previous text. */
  show(text: string): void {
    if (!this.canShow) return;
    if (this.text === undefined) this.since = Date.now();
    this.text = text;
    this.draw();
    this.timer ??= setInterval(() => {
      this.draw();
    }, drawEvery).unref();
  }

  /** Removes the line. */
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
    // One column is left free: some terminals wrap a full line, which could then not be redrawn.
    this.screen.write(`\r\u001b[2K${cut(line, (this.screen.columns ?? 0) - 1)}`);
  }
}

/** This process's line: any other output to the terminal goes above it. */
export const liveLine = new LiveLine(process.stderr);
