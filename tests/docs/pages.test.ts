import assert from "node:assert/strict";

import { missingFrom } from "./pages";

describe("what a page of the tutorial shows", () => {
  const shown = ["app-dev: (service app-dev) has started 3 tasks: (task 6d06e0da897e32ee) …"];
  const line = (service: string, ...ids: string[]) =>
    `${service}: (service ${service}) has started ${ids.length} tasks: ` +
    `${ids.map((id) => `(task ${id})`).join(" ")}.`;
  const [one, two, three] = ["0a1b2c3d4e5f6071", "1a1b2c3d4e5f6071", "2a1b2c3d4e5f6071"] as const;

  it("matches tasks that start together, and the same number that start in several steps", () => {
    assert.deepEqual(missingFrom(line("app-dev", one, two, three), shown), []);
    const steps = [line("app-dev", one), "something else", line("app-dev", two, three)];
    assert.deepEqual(missingFrom(steps.join("\n"), shown), []);
    const four = "3a1b2c3d4e5f6071";
    const after = [line("app-dev", four), line("app-dev", one), line("app-dev", two, three)];
    assert.deepEqual(missingFrom(after.join("\n"), shown), []);
  });

  it("does not match fewer tasks, more tasks, or those of another service", () => {
    assert.deepEqual(missingFrom(line("app-dev", one, two), shown), shown);
    assert.deepEqual(missingFrom(line("app-dev", one, two, three, one), shown), shown);
    const others = [line("app-dev", one, two), line("web-dev", three)];
    assert.deepEqual(missingFrom(others.join("\n"), shown), shown);
  });

  it("matches output with other ids of commits and executions, and other durations", () => {
    const page = [
      "Pushed 0eec9ed to main",
      "execution fabc8f28-e22c-4fe7-bdec-3b2e08e73efa",
      "after 1.8 s",
    ];
    const output =
      "Pushed 28051ba to main\nexecution f33c0752-8b76-4ed5-8dc4-afd073b13b17\nafter 10.3 s";
    assert.deepEqual(missingFrom(output, page), []);
    assert.deepEqual(missingFrom("Pushed nothing to main\nafter a while", page), page);
  });

  it("matches numbered stacks whichever of them ends first, but not another number of stacks", () => {
    assert.deepEqual(missingFrom("[2/3] alice: up, 9 s", ["[1/3] alice: up, 8 s"]), []);
    const other = ["[1/4] alice: up, 8 s"];
    assert.deepEqual(missingFrom("[2/3] alice: up, 9 s", other), other);
  });
});
