import assert from "node:assert/strict";

import { missingFrom } from "./pages";

describe("what a page of the tutorial shows", () => {
  const shown = ["app-dev: (service app-dev) has started 3 tasks: (task 6d06e0da897e32ee) …"];
  const line = (service: string, ...ids: string[]) =>
    `${service}: (service ${service}) has started ${ids.length} tasks: ` +
    `${ids.map((id) => `(task ${id})`).join(" ")}.`;
  const [one, two, three] = ["0a1b2c3d4e5f6071", "1a1b2c3d4e5f6071", "2a1b2c3d4e5f6071"] as const;

  it("is printed by tasks that start together, and by as many that start in several steps", () => {
    assert.deepEqual(missingFrom(line("app-dev", one, two, three), shown), []);
    const steps = [line("app-dev", one), "something else", line("app-dev", two, three)];
    assert.deepEqual(missingFrom(steps.join("\n"), shown), []);
    const four = "3a1b2c3d4e5f6071";
    const after = [line("app-dev", four), line("app-dev", one), line("app-dev", two, three)];
    assert.deepEqual(missingFrom(after.join("\n"), shown), []);
  });

  it("is not printed by fewer tasks, by more, or by those of another service", () => {
    assert.deepEqual(missingFrom(line("app-dev", one, two), shown), shown);
    assert.deepEqual(missingFrom(line("app-dev", one, two, three, one), shown), shown);
    const others = [line("app-dev", one, two), line("web-dev", three)];
    assert.deepEqual(missingFrom(others.join("\n"), shown), shown);
  });

  it("is printed with other ids of commits and executions, and after other times", () => {
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

  it("is printed by several whichever of them ends first, and as often as there are", () => {
    assert.deepEqual(missingFrom("[2/3] alice: up, 9 s", ["[1/3] alice: up, 8 s"]), []);
    const other = ["[1/4] alice: up, 8 s"];
    assert.deepEqual(missingFrom("[2/3] alice: up, 9 s", other), other);
  });
});
