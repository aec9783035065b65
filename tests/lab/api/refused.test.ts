import assert from "node:assert/strict";

import type { NormalizedSchema } from "@smithy/core/schema";

import { operationModel } from "../../../lab/api/model";
import type { ApiService } from "../../../lab/api/service";
import { services } from "../../../lab/api/services";
import { createWorld } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { serveApi, type ServedApi } from "./servedApi";

interface Client {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

/** A sample value of a type. */
function sample(schema: NormalizedSchema): unknown {
  if (schema.isListSchema()) return [sample(schema.getValueSchema())];
  if (schema.isStructSchema()) {
    return Object.fromEntries([...schema.structIterator()].map(([key, one]) => [key, sample(one)]));
  }
  if (schema.isBooleanSchema()) return true;
  return schema.isNumericSchema() ? 1 : "x";
}

describe("parameters that the lab's API would ignore", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi;

  before(async () => {
    served = await serveApi(createWorld);
  });
  after(() => served.close());

  async function ask({ model }: ApiService, operation: string, input: object): Promise<void> {
    const exported = model() as Record<string, new (argument: object) => object>;
    const [, Client] = Object.entries(exported).find(([key]) => /^[A-Z]\w+Client$/.test(key)) ?? [];
    const Command = exported[`${operation}Command`];
    assert.ok(Client && Command);
    const client = new Client(served.client) as Client;
    try {
      await client.send(new Command(input));
    } finally {
      client.destroy();
    }
  }

  for (const service of services) {
    for (const [operation, parameters] of Object.entries(service.refused ?? {})) {
      it(`are refused by ${operation} of ${service.title}: ${parameters.join(", ")}`, async () => {
        const members = new Map(operationModel(service, operation).input.structIterator());
        for (const name of parameters) {
          const schema = members.get(name) ?? assert.fail(`the model has no ${name}`);
          await assert.rejects(ask(service, operation, { [name]: sample(schema) }), {
            message: `The lab's ${operation} does not support ${name}.`,
          });
        }
      });
    }
  }
});
