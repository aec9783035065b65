import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** How many characters at a line's end stay together when a line is split. */
const TOGETHER = 128;

/**
 * Passes on a stream line by line, without line breaks. A line that is too long is split, as by awslogs, and never
 * buffered as a whole, since a text of more than 512 MB would crash the process. Source: `maximumBytesPerEvent` of
 * Docker's awslogs driver, 256 KB.
 *
 * @param longest in characters
 */
export function onBoundedLines(
  stream: Readable,
  onLine: (line: string) => void,
  longest = 256 * 1024,
): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const take = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) cut(line);
    while (rest.length > longest + TOGETHER) {
      onLine(rest.slice(0, longest));
      rest = rest.slice(longest);
    }
  };
  const cut = (line: string) => {
    let left = line.endsWith("\r") ? line.slice(0, -1) : line;
    for (; left.length > longest + TOGETHER; left = left.slice(longest)) {
      onLine(left.slice(0, longest));
    }
    onLine(left);
  };
  stream.on("data", (data: Buffer) => {
    take(decoder.write(data));
  });
  stream.once("end", () => {
    take(decoder.end());
    if (rest !== "") cut(rest);
    rest = "";
  });
}
