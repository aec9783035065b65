import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { parse } from "csv-parse";
import { format } from "prettier";
import { type ListPrice, priceList, priceRegion } from "../cost/priceList";

/** Where AWS publishes its price list, without credentials. Source: AWS Billing, "AWS Price List Bulk API". */
const PRICE_LIST = "https://pricing.us-east-1.amazonaws.com";
const FILE = join(__dirname, "..", "cost", "priceList.ts");
const USAGE = `npm run policy:prices [-- --check] [--endpoint URL]

Reads AWS's price list (about 300 MB, most of it EC2's) and writes the prices with their date to
policies/cost/priceList.ts. Prices that are not in the list are kept and printed: look them up on their pages.

  --check         write nothing; exit with code 1 if a price has changed
  --endpoint URL  another location of the price list  (default ${PRICE_LIST})
`;

type Prices = Readonly<Record<string, ListPrice>>;
type Row = Readonly<Record<string, string>>;

/** What the price list has for the given prices. */
export interface Renewal {
  readonly prices: Prices;
  /** Old and new prices of those that changed. */
  readonly changed: Readonly<Record<string, readonly [number, number]>>;
  /** Those that a person has to look up. */
  readonly missing: readonly string[];
}

/**
 * Looks prices up in AWS's price list.
 *
 * @param endpoint the URL of the list.
 * @param log called with a line for each file before it is read.
 * @throws Error if a file cannot be read.
 */
export async function renew(
  prices: Prices,
  endpoint: string,
  log: (line: string) => void,
): Promise<Renewal> {
  const found: Record<string, ListPrice> = {};
  const offers = new Set(Object.values(prices).flatMap(({ offer }) => offer ?? []));
  for (const offer of offers) {
    const wanted = Object.entries(prices).filter(([, price]) => price.offer === offer);
    const url = `${endpoint}/offers/v1.0/aws/${offer}/current/${priceRegion}/index.csv`;
    log(`reading ${url}`);
    Object.assign(found, await lookUp(url, wanted));
  }
  const renewed = { ...prices, ...found };
  return {
    prices: renewed,
    changed: Object.fromEntries(
      Object.entries(renewed).flatMap(([name, { usd }]) => {
        const before = prices[name]?.usd;
        return before === undefined || before === usd ? [] : [[name, [before, usd] as const]];
      }),
    ),
    missing: Object.keys(prices).filter((name) => found[name] === undefined),
  };
}

/** Streams one offer's file, since EC2's is far too large to keep in memory. */
async function lookUp(
  url: string,
  wanted: [string, ListPrice][],
): Promise<Record<string, ListPrice>> {
  const response = await fetch(url);
  if (!response.ok || !response.body)
    throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const found: Record<string, ListPrice> = {};
  let columns: string[] | undefined;
  let read = "";
  // Lines before the table describe the file; the table begins with the names of its columns.
  const lines = Readable.fromWeb(response.body).pipe(parse({ relaxColumnCount: true, bom: true }));
  for await (const line of lines as AsyncIterable<string[]>) {
    if (line[0] === "Publication Date") read = (line[1] ?? "").slice(0, 10);
    else if (line[0] === "SKU") columns = line;
    else if (columns) {
      const row = rowOf(columns, line);
      for (const [name, price] of wanted) {
        if (isPriceOf(row, price)) found[name] = { ...price, usd: Number(row.PricePerUnit), read };
      }
    }
  }
  if (!columns) throw new Error(`${url} is not a price list: it has no line of columns`);
  return found;
}

const rowOf = (columns: readonly string[], line: readonly string[]): Row =>
  Object.fromEntries(columns.map((column, i) => [column, line[i] ?? ""]));

/** Whether a row has the on-demand price in its first tier. */
const isPriceOf = (row: Row, { usageType, operation }: ListPrice): boolean =>
  row.TermType === "OnDemand" &&
  row.Currency === "USD" &&
  row.usageType === usageType &&
  (operation === undefined || row.operation === operation) &&
  Number(row.StartingRange ?? 0) === 0 &&
  Number(row.PricePerUnit) > 0;

/** The source of priceList.ts with its prices replaced. */
export async function written(source: string, prices: Prices): Promise<string> {
  const [head = "", rest = ""] = source.split(/(?<=^export const priceList = )/m);
  const [, tail = ""] = rest.split(/(?=^\} satisfies)/m);
  return format(`${head}${JSON.stringify(prices).slice(0, -1)}\n${tail}`, {
    parser: "typescript",
    printWidth: 100,
  });
}

async function main(args: string[]): Promise<number> {
  const { check, endpoint, help } = parseArgs({
    args,
    options: {
      check: { type: "boolean" },
      endpoint: { type: "string", default: PRICE_LIST },
      help: { type: "boolean" },
    },
  }).values;
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { prices, changed, missing } = await renew(priceList, endpoint, (line) => {
    process.stderr.write(`${line}\n`);
  });
  for (const [name, [before, now]] of Object.entries(changed)) {
    process.stdout.write(`${name}: ${before} -> ${now} USD\n`);
  }
  for (const name of missing) {
    process.stdout.write(
      `${name}: not in the price list, still ${prices[name]?.usd} USD; see ${prices[name]?.page}\n`,
    );
  }
  if (check) return Object.keys(changed).length > 0 ? 1 : 0;
  writeFileSync(FILE, await written(readFileSync(FILE, "utf8"), prices));
  process.stdout.write(
    `${Object.keys(prices).length - missing.length} prices written to policies/cost/priceList.ts\n`,
  );
  return 0;
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? `: ${cause.message}` : "";
      process.stderr.write(`error: ${message}${why}\n`);
      process.exitCode = message.includes("option") ? 2 : 1;
    },
  );
}
