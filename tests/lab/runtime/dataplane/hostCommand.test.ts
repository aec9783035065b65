import assert from "node:assert/strict";
import {
  runHostCommand,
  withMovedPorts,
} from "../../../../lab/runtime/dataplane/tasks/hostCommand";
import { secondsOf } from "../../../../lab/runtime/dataplane/tasks/hostUsage";
import type { TaskNetwork } from "../../../../lab/runtime/dataplane/tasks/runtime";

const network: TaskNetwork = {
  address: (port) => ({ 80: "127.0.0.1:40080", 8080: "127.0.0.1:48080" })[port],
  close: () => Promise.resolve(),
};

describe("a command run next to a container", () => {
  it("reaches the task's ports where they are on this machine, and no others", () => {
    for (const [word, moved] of [
      [
        "curl -f http://localhost/health || exit 1",
        "curl -f http://127.0.0.1:40080/health || exit 1",
      ],
      ["http://127.0.0.1:8080/", "http://127.0.0.1:48080/"],
      ["nc -z localhost 8080", "nc -z 127.0.0.1 48080"],
      ["http://localhost:9090/", "http://127.0.0.1:1/"],
      ["http://localhost.example/", "http://localhost.example/"],
      ["https://example.com:8080/", "https://example.com:8080/"],
    ] as const) {
      assert.equal(withMovedPorts(word, network), moved);
    }
    assert.equal(withMovedPorts("http://localhost/", undefined), "http://localhost/");
  });

  it("returns its exit code, 137 after a timeout, and 127 if there is no such program", async () => {
    const options = { environment: { PATH: process.env.PATH }, timeoutMs: 60_000 };
    assert.equal(await runHostCommand(["sh", "-c", "exit 3"], options), 3);
    assert.equal(await runHostCommand(["no-such-program"], options), 127);
    assert.equal(await runHostCommand(["sleep", "60"], { ...options, timeoutMs: 10 }), 137);
  });
});

describe("secondsOf", () => {
  it("reads the times of ps", () => {
    assert.equal(secondsOf("0:01.50"), 1.5);
    assert.equal(secondsOf("01:02:03"), 3723);
    assert.equal(secondsOf("2-00:00:01"), 172_801);
  });
});
