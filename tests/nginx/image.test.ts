import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { nginxConf } from "../../lab/runtime/dataplane/tasks/nginxConf";
import { NginxRuntime } from "../../lab/runtime/dataplane/tasks/nginxRuntime";
import { endsWithoutRoot, instructionsOf, missingFromContext } from "../dockerfile";

const folder = resolve(__dirname, "../../nginx");
const dockerfile = readFileSync(join(folder, "Dockerfile"), "utf8");
const conf = readFileSync(join(folder, "default.conf"), "utf8");
const page = readFileSync(join(folder, "html/index.html"), "utf8");

const instructions = instructionsOf(dockerfile);

const valuesOf = (name: string): string[] =>
  instructions.filter((instruction) => instruction.name === name).map(({ value }) => value);

describe("nginx image", () => {
  it("starts from one base, pinned to a full version", () => {
    const [base, ...more] = valuesOf("FROM");
    assert.deepEqual(more, []);
    assert.match(base ?? "", /^public\.ecr\.aws\/docker\/library\/nginx:\d+\.\d+\.\d+-alpine$/);
  });

  it("ends with a user that is not root", () => {
    assert.ok(endsWithoutRoot(instructions));
  });

  it("may bind its port without root", () => {
    assert.ok(valuesOf("RUN").some((value) => value.includes("cap_net_bind_service=+ep")));
    assert.deepEqual(valuesOf("EXPOSE"), ["80"]);
  });

  it("checks its health endpoint, and stops on nginx's graceful signal", () => {
    assert.match(valuesOf("HEALTHCHECK")[0] ?? "", /http:\/\/127\.0\.0\.1\/health/);
    assert.deepEqual(valuesOf("STOPSIGNAL"), ["SIGQUIT"]);
  });

  it("copies only what exists and what .dockerignore lets through", () => {
    assert.deepEqual(missingFromContext(folder, instructions), []);
  });
});

describe("default.conf", () => {
  it("is a configuration that nginx accepts", async function () {
    const nginx = await NginxRuntime.find();
    if (nginx === undefined) {
      console.log("      skipped: there is no nginx on this machine");
      this.skip();
    }
    const directory = mkdtempSync(join(tmpdir(), "ecs-handson-nginx-"));
    try {
      const file = join(directory, "nginx.conf");
      const task = { directory, containerPort: 80, port: 0, asRoot: false };
      const whole = nginxConf({ ...task, site: conf, html: join(folder, "html") });
      // No port is used: a test of the file must not depend on one being free.
      writeFileSync(file, whole.replace("127.0.0.1:0", `unix:${directory}/socket`));
      execFileSync(nginx, ["-t", "-q", "-p", directory, "-c", file], {
        stdio: ["ignore", "ignore", "pipe"],
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("listens on port 80 of IPv4 and IPv6 and hides its version", () => {
    assert.match(conf, /^\s*listen 80;$/m);
    assert.match(conf, /^\s*listen \[::\]:80;$/m);
    assert.match(conf, /^\s*server_tokens off;$/m);
  });
});

describe("index.html", () => {
  it("loads nothing from another host", () => {
    assert.doesNotMatch(page, /(src|href|url)\s*[=(]\s*["']?\s*(https?:)?\/\//);
    assert.doesNotMatch(page, /@import|<script/);
  });

  it("declares its languages, its title and its viewport for small screens", () => {
    assert.match(page, /<html lang="en">/);
    assert.match(page, /lang="ja"/);
    assert.match(page, /<title>\S/);
    assert.match(page, /name="viewport"/);
    assert.equal(page.match(/<h1/g)?.length, 1);
  });
});
