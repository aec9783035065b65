import { services } from "../../../lab/api/services";
import { readPage } from "../../docs/pages";

/** The table of the API's operations, as a page shows it and as it must be now. */
export const operationsTable = {
  /** As the page shows it, without the widths of its columns. */
  written: (page: string): string => {
    const [, table = ""] =
      /<!-- operations -->\n([^]*?)<!-- \/operations -->/.exec(readPage(page)) ?? [];
    return narrow(table);
  },
  now: (): string =>
    narrow(
      services
        .map(({ title, operations }) => {
          const names = Object.keys(operations).sort();
          return `| ${title} | ${names.join(", ")} |`;
        })
        .join("\n"),
    ),
};

/** Only the rows, whatever the column headings. */
function narrow(table: string): string {
  return table
    .split("\n")
    .map((line) => line.replace(/ +/g, " ").trim())
    .filter((line) => line.startsWith("|") && !/^\|[ -]+\|/.test(line))
    .filter((line) => /[A-Z][a-z]+[A-Z]/.test(line))
    .join("\n");
}
