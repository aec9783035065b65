import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createProxyServer } from "http-proxy-3";
import type { Browser, Page } from "playwright-core";

import { createApp as createAuth } from "../../services/auth/src/app";
import { hashPassword } from "../../services/auth/src/password";
import { createApp as createProducts } from "../../services/products/src/app";
import { createApp as createShop } from "../../services/shop/src/app";
import { assertAccessible, launchBrowser, watchPage } from "../browser";
import { logLines } from "./problem";

/** Stands in for the load balancer: sends each path to its service. */
async function listenerFor(services: Record<string, string>): Promise<[Server, string]> {
  const proxy = createProxyServer();
  proxy.on("error", (_error, _request, response) => {
    if ("writeHead" in response) response.writeHead(502);
    response.end();
  });
  const server = createServer((request, response) => {
    const prefix = Object.keys(services).find((path) => request.url?.startsWith(path)) ?? "/shop";
    proxy.web(request, response, { target: services[prefix] ?? "" });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
}

describe("the shop's page", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let page: Page;
  let origin: string;
  let wrong: string[];
  let products: Awaited<ReturnType<typeof createProducts>>;
  let productsPort: number;
  let customers = 0;
  const cleanUp: (() => unknown)[] = [];

  const listen = { host: "127.0.0.1", port: 0 };
  const startProducts = async (port = 0) => {
    products = await createProducts(logLines());
    return products.listen({ ...listen, port });
  };

  before(async function () {
    browser = await launchBrowser(this);
    const auth = await createAuth(
      {
        AUTH_SIGNING_KEY: "a secret of forty characters, at random.",
        AUTH_USERS: { hanako: await hashPassword("correct horse") },
        AUTH_TOKEN_SECONDS: 900,
      },
      logLines(),
    );
    const authUrl = await auth.listen(listen);
    const productsUrl = await startProducts();
    productsPort = Number(new URL(productsUrl).port);
    const shop = await createShop({ AUTH_URL: authUrl, PRODUCTS_URL: productsUrl }, logLines());
    const services = {
      "/auth": authUrl,
      "/products": productsUrl,
      "/shop": await shop.listen(listen),
    };
    const [server, address] = await listenerFor(services);
    origin = address;
    cleanUp.push(
      () => server.close(),
      () => shop.close(),
      () => products.close(),
      () => auth.close(),
    );
  });
  after(async () => {
    await browser?.close();
    for (const close of cleanUp) await close();
  });

  beforeEach(async () => {
    assert.ok(browser);
    // Each test is a customer of its own: auth counts the logins of an address.
    customers += 1;
    const extraHTTPHeaders = { "x-forwarded-for": `203.0.113.${customers}` };
    page = await browser.newPage({ extraHTTPHeaders });
    page.setDefaultTimeout(60_000);
    wrong = watchPage(page, origin);
    await page.goto(origin);
    await page.getByText("饅頭 Manjū").waitFor();
  });
  afterEach(async () => {
    await page.close();
    assert.deepEqual(wrong, []);
  });

  const logIn = async (password = "correct horse"): Promise<void> => {
    await page.getByLabel("User").fill("hanako");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
  };
  const order = async (quantity: number): Promise<void> => {
    await page.getByLabel("Quantity of 饅頭 Manjū").fill(String(quantity));
    await page.getByRole("button", { name: "Place the order" }).click();
  };
  const alert = (text: string) => page.getByRole("alert").getByText(text);
  const status = (text: string) => page.getByRole("status").getByText(text);

  it("takes a customer from the login to the receipt", async () => {
    await logIn();
    await status("Logged in as hanako.").waitFor();
    await order(3);
    await page.getByRole("heading", { name: "Your order" }).waitFor();
    await page.getByText("饅頭 Manjū × 3: ￥540").waitFor();
    await page.getByText("Total ￥540").waitFor();
    await status("The order is placed.").waitFor();
    assert.equal(await page.getByLabel("Quantity of 饅頭 Manjū").inputValue(), "0");
  });

  it("shows the demo's login until somebody is logged in, and the order's total", async () => {
    const demo = page.getByText("user hanako, password ecs-handson");
    await demo.waitFor();
    await page.getByText("Total so far ￥0").waitFor();
    await page.getByLabel("Quantity of 饅頭 Manjū").fill("3");
    await page.getByText("Total so far ￥540").waitFor();
    await logIn();
    await demo.waitFor({ state: "hidden" });
  });

  it("can be used by keyboard alone", async () => {
    await page.keyboard.press("Tab");
    await page.keyboard.type("hanako");
    await page.keyboard.press("Tab");
    await page.keyboard.type("correct horse");
    await page.keyboard.press("Enter");
    await status("Logged in as hanako.").waitFor();
    await page.getByLabel("Quantity of 饅頭 Manjū").focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByText("Total ￥180").waitFor();
  });

  it("says that a login is wrong, and that an order needs one", async () => {
    await order(1);
    await alert("A token is needed: log in.").waitFor();
    await logIn("incorrect horse");
    await alert("The user or the password is wrong.").waitFor();
    await logIn();
    await order(0);
    await alert("Choose a quantity of at least one product.").waitFor();
  });

  it("asks for a new login when the token is no longer accepted", async () => {
    await logIn();
    await status("Logged in as hanako.").waitFor();
    await page.route("**/shop/orders", async (route) => {
      const headers = { ...route.request().headers(), authorization: "Bearer expired" };
      await route.continue({ headers });
    });
    await order(1);
    await alert("The token is not valid: log in again.").waitFor();
    await page.getByRole("button", { name: "Log in" }).waitFor();
  });

  it("says that products is down, and continues by itself when it is back", async () => {
    await logIn();
    await status("Logged in as hanako.").waitFor();
    await products.close();
    await order(2);
    await alert("The product list is not available; try again in a moment.").waitFor();
    await page.reload();
    await alert("This page asks again by itself.").waitFor();
    await startProducts(productsPort);
    await page.getByText("饅頭 Manjū").waitFor();
    await alert("not available").waitFor({ state: "detached" });
  });

  it("forgets the login when it is loaded again, and keeps nothing in the browser", async () => {
    await logIn();
    await status("Logged in as hanako.").waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Log in" }).waitFor();
    const kept = await page.evaluate(
      "[document.cookie, localStorage.length, sessionStorage.length]",
    );
    assert.deepEqual(kept, ["", 0, 0]);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`is accessible in ${colorScheme} colours, even with a receipt and on a small screen`, async () => {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page);
      await page.setViewportSize({ width: 320, height: 640 });
      await logIn();
      await status("Logged in as hanako.").waitFor();
      await order(1);
      await page.getByText("Total ￥180").waitFor();
      await assertAccessible(page);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      assert.equal(width, 320);
    });
  }
});
