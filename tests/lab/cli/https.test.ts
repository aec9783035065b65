import assert from "node:assert/strict";

import type { LabStatus } from "../../../lab/host/host";
import { startLoad } from "../runtime/controlplane/load";
import { askByHttps } from "./askByHttps";
import { engineTimeout, lab, ServedLab } from "./harness";

const domain = "shop.example.com";

describe("a stack that switches to HTTPS and back, under load", function () {
  this.timeout(2 * engineTimeout);
  const served = new ServedLab();
  let load: ReturnType<typeof startLoad>;
  let page: string;

  before(async () => {
    page = await (await fetch(served.url)).text();
    load = startLoad(served.url, 2, {}, "manual");
  });

  const update = async (value: string) => {
    const { code, stdout, stderr } = await lab(
      "up",
      "--state",
      served.state,
      "--config",
      `domain=${value}`,
    );
    assert.equal(code, 0, stdout + stderr);
    return stdout + stderr;
  };

  const httpsListener = async () => {
    const { stdout } = await lab("status", "--state", served.state, "--json");
    const { plane } = JSON.parse(stdout) as LabStatus;
    const all = plane?.loadBalancers.flatMap(({ listeners }) => listeners);
    return all?.find(({ protocol }) => protocol === "HTTPS");
  };

  it("serves the page with a certificate from the lab's authority for the domain and its subdomains", async () => {
    await update(domain);
    const { localUrl = "", certificateAuthority = "" } = (await httpsListener()) ?? {};
    for (const name of [domain, `www.${domain}`]) {
      assert.deepEqual(await askByHttps(localUrl, certificateAuthority, name), {
        status: 200,
        body: page,
      });
    }
    await assert.rejects(askByHttps(localUrl, certificateAuthority, "other.example.org"));
  });

  it("says before it switches back which addresses will end", async () => {
    assert.match(await update("none"), /https:\/\//);
    assert.equal(await httpsListener(), undefined);
  });

  it("has answered each HTTP request with the page or a redirect", async () => {
    const statuses = (await load.stop()).map(({ status }) => status);
    assert.ok(statuses.length > 100);
    assert.deepEqual([...new Set(statuses)].sort(), [200, 301]);
    assert.equal(statuses.at(-1), 200);
  });
});
