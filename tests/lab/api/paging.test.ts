import assert from "node:assert/strict";

import { operationModel } from "../../../lab/api/model";
import type { ApiService } from "../../../lab/api/service";
import { services } from "../../../lab/api/services";
import { PATIENCE_MS } from "../runtime/patience";
import { createListedWorld, DELIVERY, prepareInputs, type ListedWorld } from "./listedWorld";
import { serveApi, type ServedApi } from "./servedApi";

/** What requests in AWS's own models call the token, and the number of items on a page. */
const TOKENS = ["nextToken", "NextToken", "Marker"];
const SIZES = ["maxResults", "MaxResults", "MaxItems", "MaxRecords", "PageSize", "limit", "Limit"];
/** What answers call the next token. */
const NEXT = [...TOKENS, "NextMarker", "nextForwardToken"];

/** Operations on metrics, whose answers are not cut into pages: metrics.test.ts tests them. */
const ON_METRICS = ["GetMetricData", "ListMetrics"];

/** Lists of changes that the control plane does not make here: metrics.test.ts has one. */
const ON_CHANGES = ["Application Auto Scaling: DescribeScalingActivities"];

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
  /** Absent where AWS alone decides how many are on a page. */
  readonly size: string | undefined;
}

const listings: Listing[] = services.flatMap((service) =>
  Object.keys(service.operations).flatMap((name) => {
    const members = [...operationModel(service, name).input.structIterator()].map(([key]) => key);
    const token = TOKENS.find((one) => members.includes(one));
    if (token === undefined || ON_METRICS.includes(name)) return [];
    return [{ name, service, token, size: SIZES.find((one) => members.includes(one)) }];
  }),
);

describe("listing with the lab's API", function () {
  this.timeout(2 * PATIENCE_MS);
  let served: ServedApi<ListedWorld>;
  let inputs: Record<string, Input>;
  const clients = new Map<ApiService, Client>();

  before(async () => {
    served = await serveApi(createListedWorld, { delivery: DELIVERY });
    inputs = await prepareInputs(served);
  });
  after(async () => {
    for (const client of clients.values()) client.destroy();
    await served.close();
  });

  /** Asks through the service's real client. */
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

    if (size !== undefined && !ON_CHANGES.includes(title)) {
      it(`${title} returns the same on one page as on many`, async () => {
        const whole = (await pagesOf(listing)).flat();
        assert.ok(whole.length > 1, `${whole.length} items are too few to be cut into pages`);
        const pages = await pagesOf(listing, 1);
        assert.equal(Math.max(...pages.map((page) => page.length)), 1);
        assert.deepEqual(pages.flat(), whole);
      });
    }

    it(`${title} refuses a token that it did not issue`, async () => {
      const input = { ...inputs[title], [token]: "nobody gave this" };
      await assert.rejects(ask(listing, input), { $fault: "client" });
    });
  }
});

/** The items of an answer: its only list that is not empty, as there are no failures here. */
function itemsOf(output: Output): unknown[] {
  const lists = Object.values(output).filter((one): one is unknown[] => Array.isArray(one));
  return lists.find((one) => one.length > 0) ?? [];
}
