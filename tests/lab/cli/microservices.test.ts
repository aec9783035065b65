import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import {
  accountOf,
  engineTimeout,
  lab,
  labReport,
  LabProcess,
  pulumiCli,
  stateFolder,
} from "./harness";

/** Every file in a folder and below it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe("npm start with the microservices chapter", function () {
  this.timeout(3 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess;
  let url: string;
  /** Everything that the commands printed. */
  const printed: string[] = [];

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    const config = ["--config", "chapters=microservices"];
    const how = ["--runtime", "static", "--port", "0"];
    served = new LabProcess(["start", "--state", state, ...config, ...how]);
    const [, port = ""] = await served.prints(/http:\/\/\S+elb\.localhost:(\d+)[^]*Ctrl-C stops/);
    url = `http://127.0.0.1:${port}`;
  });
  after(async () => {
    served.child.kill("SIGKILL");
    await remove();
  });

  it("says that the services run as programs", () => {
    assert.match(served.stdout, /3 tasks running as Node processes/);
  });

  it("serves each service under its paths, and the shop at /", async () => {
    for (const service of ["auth", "products", "shop"]) {
      assert.equal((await fetch(`${url}/${service}/health`)).status, 200, service);
    }
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(page.url, /\/shop\/$/);
  });

  it("lets the shop reach products by its name, and gives auth its key", async () => {
    assert.equal((await fetch(`${url}/shop/products`)).status, 200);
    const keys = (await (await fetch(`${url}/auth/.well-known/jwks.json`)).json()) as {
      keys: unknown[];
    };
    assert.equal(keys.keys.length, 1);
  });

  it("changes nothing in a second update, nor in one after a refresh", async () => {
    for (const operation of ["up", "refresh", "up"]) {
      const report = await labReport(operation, "--state", state);
      assert.deepEqual(report.errors, []);
      assert.deepEqual(Object.keys(report.changes), ["same"], operation);
      printed.push(JSON.stringify(report));
    }
  });

  it("shows the secret in no file and no output", async () => {
    const preview = await lab("preview", "--state", state);
    const exported = await lab("export", "--state", state);
    const status = await lab("status", "--state", state, "--json");
    served.child.kill("SIGINT");
    assert.equal((await served.exit()).code, 0);
    for (const { stdout, stderr } of [preview, exported, status, served]) {
      printed.push(stdout, stderr);
    }
    const random = (await accountOf(state)).find(({ type }) => type.startsWith("random:"));
    const { result } = random?.outputs as Record<string, string>;
    assert.ok(result !== undefined && result.length >= 32);
    const forms = [result, Buffer.from(result).toString("base64")];
    const texts = new Map(filesIn(state).map((file) => [file, readFileSync(file, "latin1")]));
    texts.set("output", printed.join("\n"));
    assert.ok(texts.size > 3);
    for (const [name, text] of texts) {
      for (const form of forms) assert.ok(!text.includes(form), name);
    }
  });

  it("is destroyed, and created again under the same names by another update", async () => {
    const again = ["destroy --keep-config", "up --no-serve", "destroy"];
    for (const operation of again) {
      const report = await labReport(...operation.split(" "), "--state", state);
      assert.deepEqual(report.errors, []);
      assert.equal(report.result, "succeeded", operation);
    }
    assert.deepEqual(await accountOf(state), []);
  });
});
