import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { renew, written } from "../../policies/commands/prices";
import { type ListPrice, priceList } from "../../policies/cost/priceList";
import { prices } from "../../policies/cost/prices";

const page = "https://aws.amazon.com/ec2/pricing/on-demand/";
const ec2 = { unit: "hour", page, read: "2026-01-01", offer: "AmazonEC2" };
const asked = {
  "t3.micro": { ...ec2, usd: 0.01, usageType: "APN1-BoxUsage:t3.micro", operation: "RunInstances" },
  natGateway: { ...ec2, usd: 0.062, usageType: "APN1-NatGateway-Hours" },
  gone: { ...ec2, usd: 1, usageType: "APN1-Nothing" },
  byHand: { usd: 2, unit: "month", page, read: "2026-01-01" },
};

/** An offer's file as AWS publishes it, including rows that are not asked for. */
const file = `"FormatVersion","v1.0"
"Disclaimer","These, and no others, say ""prices"""
"Publication Date","2026-11-20T18:00:00Z"
"Version","20261120180000"
"OfferCode","AmazonEC2"
"SKU","OfferTermCode","TermType","StartingRange","EndingRange","Unit","PricePerUnit","Currency","usageType","operation"
"A","1","Reserved","0","Inf","Hrs","0.0050000000","USD","APN1-BoxUsage:t3.micro","RunInstances"
"A","2","OnDemand","0","Inf","Hrs","0.0228000000","USD","APN1-BoxUsage:t3.micro","RunInstances:0002"
"A","3","OnDemand","0","Inf","Hrs","0.0136000000","USD","APN1-BoxUsage:t3.micro","RunInstances"
"B","1","OnDemand","0","100","Hrs","0.0620000000","USD","APN1-NatGateway-Hours","NatGateway"
"B","2","OnDemand","100","Inf","Hrs","0.0500000000","USD","APN1-NatGateway-Hours","NatGateway"
`;

async function withPriceList<T>(answer: string | undefined, use: (endpoint: string) => Promise<T>) {
  const server = createServer((request, response) => {
    const isThere = request.url === "/offers/v1.0/aws/AmazonEC2/current/ap-northeast-1/index.csv";
    response.writeHead(answer !== undefined && isThere ? 200 : 404).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

const nothing = () => undefined;

describe("the price list", () => {
  it("is updated from AWS's list: the price of the first on-demand tier, and the date", async () => {
    const renewal = await withPriceList(file, (endpoint) => renew(asked, endpoint, nothing));
    assert.deepEqual(renewal.changed, { "t3.micro": [0.01, 0.0136] });
    assert.deepEqual(renewal.prices["t3.micro"], {
      ...asked["t3.micro"],
      usd: 0.0136,
      read: "2026-11-20",
    });
    assert.equal(renewal.prices.natGateway?.usd, 0.062);
  });

  it("keeps prices that AWS's list lacks, and reports them", async () => {
    const renewal = await withPriceList(file, (endpoint) => renew(asked, endpoint, nothing));
    assert.deepEqual(renewal.missing, ["gone", "byHand"]);
    assert.deepEqual(renewal.prices.gone, asked.gone);
  });

  it("is left alone if AWS's list cannot be read or is not a price list", async () => {
    const attempt = (answer?: string) =>
      withPriceList(answer, (endpoint) => renew(asked, endpoint, nothing));
    await assert.rejects(attempt(), /index\.csv: 404/);
    await assert.rejects(attempt("<html></html>"), /is not a price list/);
  });

  it("is in its file exactly as the command writes it", async () => {
    const name = path.join(__dirname, "../../policies/cost/priceList.ts");
    const source = await readFile(name, "utf8");
    assert.equal(await written(source, priceList), source);
    const dearer = { ...priceList, secret: { ...priceList.secret, usd: 0.5 } };
    assert.match(await written(source, dearer), /secret: \{\s*usd: 0\.5,/);
  });

  it("has a page and a date for each price, and a usage type for all but those read by hand", () => {
    const entries = Object.entries<ListPrice>(priceList);
    for (const [name, { page: where, read, usd }] of entries) {
      assert.match(where, /^https:\/\/aws\.amazon\.com\//, name);
      assert.match(read, /^\d{4}-\d\d-\d\d$/, name);
      assert.ok(usd > 0, name);
    }
    const byHand = entries.filter(([, { usageType }]) => usageType === undefined);
    assert.deepEqual(
      byHand.map(([name]) => name),
      ["pipelineV1", "pipelineV2"],
    );
    assert.equal(prices.asOf, entries.map(([, { read }]) => read).sort()[0]);
  });
});
