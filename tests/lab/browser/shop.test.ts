import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import autocannon from "autocannon";
import type { Browser, Page } from "playwright-core";
import * as yaml from "yaml";

import type { LabStatus } from "../../../lab/host/host";
import { repository } from "../../../lab/shared/repository";
import { assertAccessible, launchBrowser, watchPage } from "../../browser";
import {
  accountOf,
  engineTimeout,
  lab,
  labReport,
  LabProcess,
  pulumiCli,
  stateFolder,
} from "../cli/harness";

interface Microservice {
  name: string;
  desiredCount?: number;
  environment?: Record<string, string>;
}

/** The setting `microservices` as Pulumi.yaml has it, with changes to some services. */
async function servicesWith(changes: Record<string, Partial<Microservice>>): Promise<string> {
  const project = yaml.parse(await readFile(path.join(repository, "Pulumi.yaml"), "utf8")) as {
    config: { microservices: { default: Microservice[] } };
  };
  const services = project.config.microservices.default;
  return `microservices=${JSON.stringify(
    services.map((service) => ({ ...service, ...changes[service.name] })),
  )}`;
}

/** Waits until a condition holds, checking it again and again; fails after two minutes. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + engineTimeout;
  while (!(await holds())) assert.ok(Date.now() < end, `not in time: ${holds.toString()}`);
}

/** Requests an address over and over until told to stop, then returns the results. */
function loadOn(url: string): () => Promise<autocannon.Result> {
  const options = { url, connections: 2, overallRate: 20, timeout: 60, duration: 3600 };
  let instance: autocannon.Instance;
  const result = new Promise<autocannon.Result>((resolve, reject) => {
    instance = autocannon(options, (error: Error | null, done) => {
      if (error) reject(error);
      else resolve(done);
    });
  });
  return () => {
    instance.stop();
    return result;
  };
}

// Each test starts with the stack as the previous one left it.
describe("npm start with chapters=microservices", function () {
  this.timeout(4 * engineTimeout);
  let state: string;
  let remove: (() => Promise<void>) | undefined;
  let served: LabProcess | undefined;
  let origin: string;
  let browser: Browser | undefined;
  let page: Page;
  let wrong: string[];
  const outputs: string[] = [];

  before(pulumiCli);
  before(async function () {
    browser = await launchBrowser(this);
    ({ state, remove } = await stateFolder());
    const options = ["--state", state, "--port", "0", "--runtime", "static"];
    served = new LabProcess(["start", "--config", "chapters=microservices", ...options]);
    const [address] = await served.prints(/http:\/\/\S+elb\.localhost:\d+/);
    origin = new URL(address).origin;
    page = await browser.newPage();
    page.setDefaultTimeout(engineTimeout);
    wrong = watchPage(page, origin);
  });
  after(async () => {
    await browser?.close();
    served?.child.kill("SIGKILL");
    await remove?.();
  });

  /** Updates the stack from another process while it is served. */
  async function update(changes: Record<string, Partial<Microservice>>): Promise<void> {
    const config = ["--config", await servicesWith(changes)];
    const report = await labReport("up", "--no-serve", "--state", state, ...config);
    outputs.push(JSON.stringify(report));
    assert.deepEqual(report.errors, []);
  }
  async function status(): Promise<LabStatus> {
    const { stdout } = await lab("status", "--state", state, "--json");
    outputs.push(stdout);
    return JSON.parse(stdout) as LabStatus;
  }
  const serviceOf = async (name: string) =>
    (await status()).plane?.services.find((service) => service.name.startsWith(`${name}-`));

  // Node does not resolve names under localhost on every system; Chromium does.
  const ask = (to: string, init?: RequestInit) => {
    const { port } = new URL(origin);
    return fetch(`http://127.0.0.1:${port}${to}`, init);
  };
  const manju = JSON.stringify({ lines: [{ productId: "manju", quantity: 1 }] });
  const order = (authorization?: string) =>
    ask("/shop/orders", {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization && { authorization }) },
      body: manju,
    });

  async function logIn(): Promise<void> {
    await page.getByLabel("User").fill("hanako");
    await page.getByLabel("Password").fill("ecs-handson");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Logged in as hanako.").waitFor();
  }
  async function orderOnPage(): Promise<void> {
    await page.getByLabel("Quantity of 饅頭 Manjū").fill("3");
    await page.getByRole("button", { name: "Place the order" }).click();
  }
  const alert = (text: string) => page.getByRole("alert").getByText(text);

  it("serves the shop: log in, see the products, place an order", async () => {
    await page.goto(origin);
    await page.getByText("煎茶 Sencha").waitFor();
    await logIn();
    await orderOnPage();
    await page.getByText("Total ￥540").waitFor();
    await assertAccessible(page);
  });

  it("serves each microservice under its own path on the one load balancer", async () => {
    for (const name of ["auth", "products", "shop"]) {
      const answer = await ask(`/${name}/openapi.json`);
      const { info } = (await answer.json()) as { info: { title: string } };
      assert.equal(info.title.toLowerCase(), name);
    }
  });

  it("answers 401 to an order with a missing or wrong token", async () => {
    for (const authorization of [undefined, "Bearer abc", "Basic aGFuYWtvOng="]) {
      const answer = await order(authorization);
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer/);
      assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
    }
  });

  it("drops no request while products and auth get new revisions", async () => {
    const { port } = new URL(origin);
    const paths = ["/shop/products", "/products", "/auth/.well-known/jwks.json"];
    const loads = paths.map((to) => loadOn(`http://127.0.0.1:${port}${to}`));
    const before = (await serviceOf("products"))?.tasks.map(({ arn }) => arn);
    await update({
      auth: { environment: { AUTH_TOKEN_SECONDS: "1" } },
      products: { environment: { RELEASE: "2" } },
    });
    await until(async () => {
      const [auth, products] = [await serviceOf("auth"), await serviceOf("products")];
      const steady = [auth, products].every((service) => service?.notSteadyBecause === undefined);
      const renewed = products?.tasks.every(
        ({ arn, lastStatus }) => lastStatus === "STOPPED" || !before?.includes(arn),
      );
      return steady && renewed === true;
    });
    for (const stop of loads) {
      const { requests, errors, timeouts, non2xx } = await stop();
      assert.ok(requests.total > 0);
      assert.deepEqual({ errors, timeouts, non2xx }, { errors: 0, timeouts: 0, non2xx: 0 });
    }
  });

  it("asks for a new login when a token has expired", async () => {
    await page.reload();
    await page.getByText("煎茶 Sencha").waitFor();
    const login = page.waitForResponse("**/auth/login");
    await logIn();
    const { access_token } = (await (await login).json()) as { access_token: string };
    const authorization = `Bearer ${access_token}`;
    await until(
      async () => (await ask("/auth/verify", { headers: { authorization } })).status === 401,
    );
    const answer = await order(authorization);
    assert.equal(answer.status, 401);
    assert.match(await answer.text(), /The token has expired/);
    await orderOnPage();
    await alert("The token has expired: log in again.").waitFor();
  });

  it("reports that products is stopped, and recovers when it runs again", async () => {
    await update({ products: { desiredCount: 0 } });
    await until(async () => (await serviceOf("products"))?.runningCount === 0);
    await page.reload();
    await alert("The product list is not available; try again in a moment.").waitFor();
    assert.equal((await ask("/shop/health")).status, 200);
    assert.equal((await ask("/shop/products")).status, 503);

    await update({});
    await page.getByText("煎茶 Sencha").waitFor();
    await logIn();
    await orderOnPage();
    await page.getByText("Total ￥540").waitFor();
    assert.deepEqual(wrong, []);
  });

  it("writes no secret anywhere in plain text", async () => {
    await page.close();
    assert.ok(served);
    served.child.kill("SIGINT");
    const { code, stdout, stderr } = await served.exit();
    assert.equal(code, 0);
    const secrets = (await accountOf(state)).flatMap(({ type, outputs }) =>
      type.startsWith("random:") ? [outputs.result] : [],
    );
    assert.ok(secrets.length > 0);
    const exported = (await lab("export", "--state", state)).stdout;
    const files = await readdir(state, { recursive: true, withFileTypes: true });
    const contents = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(path.join(file.parentPath, file.name), "latin1")),
    );
    assert.ok(contents.length > 0);
    for (const secret of secrets) {
      assert.ok(typeof secret === "string" && secret.length >= 32);
      // Not by assert.doesNotMatch: its message would print the secret.
      const places = [stdout, stderr, exported, ...outputs, ...contents];
      assert.equal(places.filter((text) => text.includes(secret)).length, 0);
    }
  });
});
