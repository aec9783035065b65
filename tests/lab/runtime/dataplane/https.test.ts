import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { get, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";

import { Pace } from "../../../../lab/runtime/controlplane/pace";
import { LoadBalancers } from "../../../../lab/runtime/dataplane/alb/alb";
import { CertificateAuthority } from "../../../../lab/runtime/dataplane/alb/tls/certificateAuthority";
import type { ListenerStatus } from "../../../../lab/runtime/dataplane/alb/loadBalancerStatus";
import { MemoryAccount } from "../controlplane/memoryAccount";
import { PATIENCE_MS } from "../patience";

const CERTIFICATE = "aws:acm/certificate:Certificate";
const LISTENER = "aws:lb/listener:Listener";

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly protocol: string | null;
  /** The names on the server's certificate. */
  readonly names: string | undefined;
}

describe("HTTPS listeners", function () {
  this.timeout(PATIENCE_MS);
  let account: MemoryAccount;
  let workDir: string;
  let balancer: string;
  const cleanUps: (() => void | Promise<void>)[] = [];

  beforeEach(() => {
    account = new MemoryAccount();
    workDir = mkdtempSync(join(tmpdir(), "ecs-handson-https-"));
    balancer = account.loadBalancer("site");
    certify("one", ["example.com", "*.example.com"]);
  });

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    rmSync(workDir, { recursive: true, force: true });
  });

  function certify(id: string, subjectAlternativeNames: readonly string[]): void {
    account.put(CERTIFICATE, id, { subjectAlternativeNames });
  }

  const https = (outputs: object = {}) =>
    account.listener(balancer, { port: 443, protocol: "HTTPS", certificateArn: "one", ...outputs });

  async function open(): Promise<LoadBalancers> {
    const balancers = new LoadBalancers(
      account,
      {
        port: 18_900,
        workDir,
        pace: new Pace("fast", { healthCheckSpeed: 1, maximumDrainMs: 300 }),
      },
      () => undefined,
      () => undefined,
    );
    cleanUps.push(async () => {
      await balancers.closeListeners(100);
      balancers.closeTargetGroups();
    });
    await balancers.sync();
    return balancers;
  }

  function listenerOf(balancers: LoadBalancers, protocol: string): ListenerStatus {
    const [status] = balancers.status().loadBalancers;
    const found = status?.listeners.find((one) => one.protocol === protocol);
    assert.ok(found);
    return found;
  }

  /** Sends a request as a client that trusts the lab's certificate authority. */
  function ask(
    balancers: LoadBalancers,
    options: RequestOptions & { servername?: string } = {},
  ): Promise<Answer> {
    const { url, certificateAuthority = "" } = listenerOf(balancers, "HTTPS");
    const { port } = new URL(url ?? "");
    return new Promise((resolve, reject) => {
      get(
        {
          host: "127.0.0.1",
          port,
          servername: "example.com",
          ca: readFileSync(certificateAuthority),
          agent: false,
          ...options,
        },
        (response) => {
          const { socket } = response;
          assert.ok(socket instanceof TLSSocket);
          const [protocol, names] = [
            socket.getProtocol(),
            socket.getPeerCertificate().subjectaltname,
          ];
          let body = "";
          response.on("data", (part) => (body += String(part)));
          response.on("end", () => {
            const { statusCode: status, headers } = response;
            resolve({ status, headers, body, protocol, names });
          });
        },
      ).on("error", reject);
    });
  }

  it("answer with a certificate for their names and those of this machine", async () => {
    https();
    const balancers = await open();
    const { status, body, names } = await ask(balancers);
    assert.deepEqual([status, body], [404, "no rule"]);
    assert.equal(
      names,
      "DNS:example.com, DNS:*.example.com, DNS:site.localhost, DNS:localhost, IP Address:127.0.0.1",
    );
    await ask(balancers, { servername: "shop.example.com" });
    await assert.rejects(ask(balancers, { servername: "example.org" }), {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
    await assert.rejects(ask(balancers, { ca: undefined }), /unable to verify|self.signed/);
  });

  it("give a load balancer its URL, 363 ports above the HTTP listener's", async () => {
    const http = account.listener(balancer);
    https();
    const balancers = await open();
    const [status] = balancers.status().loadBalancers;
    const [plain, secure] = ["HTTP", "HTTPS"].map((protocol) => listenerOf(balancers, protocol));
    const ports = [plain, secure].map((one) => Number(new URL(one?.url ?? "").port));
    const [http80 = 0, https443 = 0] = ports;
    // The next free ones if these are taken.
    assert.ok(http80 >= 18_900 && http80 < 18_950, String(http80));
    assert.ok(https443 >= 19_263 && https443 < 19_313, String(https443));
    assert.equal(plain?.url, `http://site.localhost:${http80}/`);
    assert.equal(secure?.url, `https://site.localhost:${https443}/`);
    assert.equal(secure.localUrl, `https://127.0.0.1:${https443}/`);
    assert.equal(status?.url, secure.url);
    assert.equal(plain.certificateAuthority, undefined);
    account.remove(LISTENER, http);
    await balancers.sync();
    assert.equal(listenerOf(balancers, "HTTPS").url, secure.url);
  });

  it("get what HTTP listeners redirect to 443, on the port that they have on this machine", async () => {
    https();
    const redirect = { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" };
    account.listener(balancer, { defaultActions: [{ type: "redirect", redirect }] });
    const balancers = await open();
    const { localUrl = "" } = listenerOf(balancers, "HTTP");
    const moved = await fetch(`${localUrl}a?b=c`, { redirect: "manual" });
    const { port } = new URL(listenerOf(balancers, "HTTPS").url ?? "");
    assert.equal(moved.status, 301);
    assert.equal(moved.headers.get("location"), `https://127.0.0.1:${port}/a?b=c`);
  });

  it("tell targets that the client used HTTPS", async () => {
    const server = createServer((request, response) => {
      response.end(JSON.stringify(request.headers));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    cleanUps.push(() => {
      server.close();
      server.closeAllConnections();
    });
    const group = account.targetGroup("web", { enabled: false });
    https({ defaultActions: [{ type: "forward", targetGroupArn: group }] });
    const balancers = await open();
    const { port } = server.address() as AddressInfo;
    balancers.targetGroup(group)?.register("task", `127.0.0.1:${port}`);
    const answer = await ask(balancers);
    assert.equal(answer.status, 200);
    const headers = JSON.parse(answer.body) as Record<string, string>;
    assert.equal(headers["x-forwarded-proto"], "https");
  });

  for (const [sslPolicy, oldest, newest, refused] of [
    ["ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "TLSv1.2", "TLSv1.3", "TLSv1.1"],
    ["ELBSecurityPolicy-TLS13-1-3-2021-06", "TLSv1.3", "TLSv1.3", "TLSv1.2"],
    ["ELBSecurityPolicy-TLS-1-2-2017-01", "TLSv1.2", "TLSv1.2", "TLSv1.1"],
  ] as const) {
    it(`accept the TLS versions that ${sslPolicy} accepts`, async () => {
      https({ sslPolicy });
      const balancers = await open();
      assert.equal((await ask(balancers)).protocol, newest);
      assert.equal((await ask(balancers, { maxVersion: oldest })).protocol, oldest);
      // With OpenSSL's defaults a client would not even try the old ones.
      const old = {
        minVersion: "TLSv1",
        maxVersion: refused,
        ciphers: "DEFAULT@SECLEVEL=0",
      } as const;
      await assert.rejects(ask(balancers, old), /alert|protocol/i);
    });
  }

  it("use a changed certificate and policy from the next connection on", async () => {
    const listener = https();
    const balancers = await open();
    await ask(balancers);
    certify("two", ["example.org"]);
    account.put(LISTENER, listener, {
      certificateArn: "two",
      sslPolicy: "ELBSecurityPolicy-TLS-1-2-2017-01",
    });
    await balancers.sync();
    const { names, protocol } = await ask(balancers, { servername: "example.org" });
    assert.match(names ?? "", /^DNS:example\.org, /);
    assert.equal(protocol, "TLSv1.2");
  });

  it("become HTTP listeners and back as the account changes", async () => {
    const listener = https();
    const balancers = await open();
    account.put(LISTENER, listener, { protocol: "HTTP", certificateArn: undefined });
    await balancers.sync();
    const { localUrl = "" } = listenerOf(balancers, "HTTP");
    assert.equal((await fetch(localUrl)).status, 404);
    account.put(LISTENER, listener, { protocol: "HTTPS", certificateArn: "one" });
    await balancers.sync();
    assert.equal((await ask(balancers)).status, 404);
  });

  it("keep the same certificate authority for as long as the lab's folder exists", async () => {
    https();
    const first = await open();
    const { certificateAuthority: file = "" } = listenerOf(first, "HTTPS");
    const before = readFileSync(file, "utf8");
    await first.closeListeners(0);
    const second = await open();
    assert.equal(
      readFileSync(listenerOf(second, "HTTPS").certificateAuthority ?? "", "utf8"),
      before,
    );
    assert.equal((await ask(second)).status, 404);
  });

  it("have a private key that only its owner can read", async () => {
    const { file } = await CertificateAuthority.open(join(workDir, "tls"));
    const mode = (name: string) => statSync(name).mode & 0o777;
    assert.deepEqual(
      [mode(join(workDir, "tls")), mode(join(workDir, "tls", "ca-key.pem"))],
      [0o700, 0o600],
    );
    assert.ok(!readFileSync(file, "utf8").includes("PRIVATE"));
  });

  it("are not opened with another authority's key", async () => {
    const [one, other] = [join(workDir, "one"), join(workDir, "other")];
    await CertificateAuthority.open(one);
    await CertificateAuthority.open(other);
    rmSync(join(one, "ca-key.pem"));
    copyFileSync(join(other, "ca-key.pem"), join(one, "ca-key.pem"));
    await assert.rejects(CertificateAuthority.open(one), /ca-key\.pem is not the key of .*ca\.pem/);
  });

  it("report the authority's files if one of them is damaged", async () => {
    for (const name of ["ca.pem", "ca-key.pem"]) {
      const dir = join(workDir, name);
      await CertificateAuthority.open(dir);
      writeFileSync(join(dir, name), "-----BEGIN");
      await assert.rejects(
        CertificateAuthority.open(dir),
        /ca-key\.pem is not the key of .*ca\.pem; delete both/,
      );
    }
  });

  it("create a certificate authority only if there are any", async () => {
    account.listener(balancer);
    const balancers = await open();
    assert.equal(listenerOf(balancers, "HTTP").certificateAuthority, undefined);
    assert.throws(() => statSync(join(workDir, "tls")), { code: "ENOENT" });
  });
});
