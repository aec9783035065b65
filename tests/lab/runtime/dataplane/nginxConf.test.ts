import assert from "node:assert/strict";
import { nginxConf } from "../../../../lab/runtime/dataplane/tasks/nginxConf";

describe("nginxConf", () => {
  const task = {
    html: "/project/html",
    directory: "/work dir/task",
    containerPort: 80,
    port: 41_000,
    asRoot: false,
  };

  it("puts the task's address in place of the container's and leaves out all others", () => {
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

  it("puts the folder in place of the image's", () => {
    const conf = nginxConf({ ...task, site: "root /usr/share/nginx/html;" });
    assert.match(conf, /^root "\/project\/html";$/m);
  });

  it("writes only below the task's folder", () => {
    const conf = nginxConf({ ...task, site: "" });
    const written = conf.match(/^(pid|access_log|\w+_temp_path) .*$/gm) ?? [];
    assert.equal(written.length, 7);
    for (const line of written) assert.match(line, /"\/work dir\/task\//);
  });

  it("keeps root's workers root, for others could not read the pages", () => {
    assert.match(nginxConf({ ...task, site: "", asRoot: true }), /^user root;$/m);
    assert.doesNotMatch(nginxConf({ ...task, site: "" }), /^user /m);
  });
});
