import assert from "node:assert/strict";

import { operationModel } from "../../../lab/api/model";
import type { ApiService } from "../../../lab/api/service";
import { services } from "../../../lab/api/services";
import { PATIENCE_MS } from "../runtime/patience";
import { createListedWorld, DELIVERY, givenTo, type ListedWorld } from "./listedWorld";
import { serveApi, type ServedApi } from "./servedApi";

/** Of AWS's own models: what a request calls the token, and the number of items on a page. */
const TOKENS = ["nextToken", "NextToken", "Marker"];
const SIZES = ["maxResults", "MaxResults", "MaxItems", "MaxRecords", "PageSize", "limit", "Limit"];
/** What answers call the next token. */
const NEXT = [...TOKENS, "NextMarker", "nextForwardToken"];

/** Of data points of metrics, whose answers are not cut: metrics.test.ts asks for them. */
const OF_METRICS = ["GetMetricData", "ListMetrics"];

/** Of changes that the control plane did not make here: metrics.test.ts has one. */
const OF_WHAT_HAPPENED = ["Application Auto Scaling: DescribeScalingActivities"];

type Input = Record<string, unknown>;
type Output = Record<string, unknown>;

interface Client {
  send(command: object): Promise<Output>;
  destroy(): void;
}

/** An operation whose answers come in pages. */
interface Listing {
  readonly name: string;
  readonly service: ApiService;
  readonly token: string;
  /** Absent where AWS alone says how many are on a page. */
  readonly size: string | undefined;
}

const listings: Listing[] = services.flatMap((service) =>
  Object.keys(service.operations).flatMap((name) => {
    const members = [...operationModel(service, name).input.structIterator()].map(([key]) => key);
    const token = TOKENS.find((one) => members.includes(one));
    if (token === undefined || OF_METRICS.includes(name)) return [];
    return [{ name, service, token, size: SIZES.find((one) => members.includes(one)) }];
  }),
);

describe("what the lab's API lists", function () {
  this.timeout(2 * PATIENCE_MS);
  let served: ServedApi<ListedWorld>;
  let inputs: Record<string, Input>;
  const clients = new Map<ApiService, Client>();

  before(async () => {
    served = await serveApi(createListedWorld, { delivery: DELIVERY });
    inputs = await givenTo(served);
  });
  after(async () => {
    for (const client of clients.values()) client.destroy();
    await served.close();
  });

  /** Asks by the service's real client. */
  function ask({ name, service }: Listing, input: Input): Promise<Output> {
    const exported = service.model() as Record<string, new (argument: object) => object>;
    const [, Client] = Object.entries(exported).find(([key]) => /^[A-Z]\w+Client$/.test(key)) ?? [];
    const Command = exported[`${name}Command`];
    assert.ok(Client && Command);
    const client = clients.get(service) ?? (new Client(served.client) as Client);
    clients.set(service, client);
    return client.send(new Command(input));
  }

  async function pagesOf(listing: Listing, size?: number): Promise<unknown[][]> {
    const pages: unknown[][] = [];
    let token: unknown;
    for (;;) {
      const output = await ask(listing, {
        ...inputs[`${listing.service.title}: ${listing.name}`],
        ...(token === undefined ? {} : { [listing.token]: token }),
        ...(size === undefined || listing.size === undefined ? {} : { [listing.size]: size }),
      });
      const next = NEXT.map((key) => output[key]).find((one) => one !== undefined);
      pages.push(itemsOf(output));
      // The end of a log stream gives the same token again.
      if (next === undefined || next === token) return pages;
      token = next;
    }
  }

  for (const listing of listings) {
    const { name, service, size, token } = listing;
    const title = `${service.title}: ${name}`;

    if (size !== undefined && !OF_WHAT_HAPPENED.includes(title)) {
      it(`${title} gives the same on one page as on many`, async () => {
        const whole = (await pagesOf(listing)).flat();
        assert.ok(whole.length > 1, `${whole.length} of them: too few to be cut into pages`);
        const pages = await pagesOf(listing, 1);
        assert.equal(Math.max(...pages.map((page) => page.length)), 1);
        assert.deepEqual(pages.flat(), whole);
      });
    }

    it(`${title} refuses a token that it has not given`, async () => {
      const input = { ...inputs[title], [token]: "nobody gave this" };
      await assert.rejects(ask(listing, input), { $fault: "client" });
    });
  }
});

/** The one list of an answer; of failures and the like there are none here. */
function itemsOf(output: Output): unknown[] {
  const lists = Object.values(output).filter((one): one is unknown[] => Array.isArray(one));
  return lists.find((one) => one.length > 0) ?? [];
}
