import assert from "node:assert/strict";
import { nginxConf, portsOfSiblings } from "../../../../lab/runtime/dataplane/tasks/nginxConf";

describe("nginxConf", () => {
  const task = {
    html: "/project/html",
    directory: "/work dir/task",
    containerPort: 80,
    port: 41_000,
    asRoot: false,
  };

  it("replaces the container's address with the task's and leaves out all others", () => {
    const site = [
      "server {",
      "    listen 80 default_server;",
      "    listen [::]:80;",
      "    listen *:80;",
      "    listen 9000;",
      "    listen unix:/run/x.sock;",
      "}",
    ].join("\n");
    const listens = nginxConf({ ...task, site }).match(/listen .*/g);
    assert.deepEqual(listens, ["listen 127.0.0.1:41000;", "listen 127.0.0.1:41000;"]);
  });

  it("replaces the image's folder with the task's", () => {
    const conf = nginxConf({ ...task, site: "root /usr/share/nginx/html;" });
    assert.match(conf, /^root "\/project\/html";$/m);
  });

  it("writes only below the task's folder", () => {
    const site =
      "access_log /var/log/nginx/shop.log main;\naccess_log off;\nerror_log /dev/stderr warn;";
    const conf = nginxConf({ ...task, site });
    const written = conf.match(/^(pid|access_log(?! off)|\w+_temp_path) .*$/gm) ?? [];
    assert.equal(written.length, 8);
    assert.match(conf, /^access_log off;$/m);
    assert.deepEqual(conf.match(/^error_log .*$/gm), Array(2).fill("error_log stderr warn;"));
    for (const line of written) assert.match(line, /"\/work dir\/task\//);
  });

  it("runs root's workers as root, as other users could not read the pages", () => {
    assert.match(nginxConf({ ...task, site: "", asRoot: true }), /^user root;$/m);
    assert.doesNotMatch(nginxConf({ ...task, site: "" }), /^user /m);
  });

  it("reaches the task's other containers where they are on this machine", () => {
    const site = [
      "proxy_pass http://127.0.0.1:8080/api/;",
      "proxy_pass http://localhost;",
      "fastcgi_pass 127.0.0.1:9000;",
      "server localhost:8080;",
      "server_name localhost;",
      "proxy_pass http://localhost.example:8080;",
    ].join("\n");
    assert.deepEqual(portsOfSiblings(site), [8080, 80, 9000]);
    const siblings = new Map([
      [8080, 48_080],
      [80, 40_080],
      [9000, 49_000],
    ]);
    const conf = nginxConf({ ...task, site, siblings });
    for (const line of [
      "proxy_pass http://127.0.0.1:48080/api/;",
      "proxy_pass http://127.0.0.1:40080;",
      "fastcgi_pass 127.0.0.1:49000;",
      "server 127.0.0.1:48080;",
      "server_name localhost;",
      "proxy_pass http://localhost.example:8080;",
    ]) {
      assert.ok(conf.split("\n").includes(line), `${line} in ${conf}`);
    }
  });
});
