import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { pictureLanguages } from "../../../lab/ui/diagram/language";
import { siteFolders } from "../../lab/runtime/controlplane/load";
import { endPlanes } from "../../lab/runtime/controlplane/plane";
import { PATIENCE_MS } from "../../lab/runtime/patience";
import { drawTimeline, momentsOf } from "./draw";
import { pictureFile, recordedRuns } from "./files";
import { recordRun, type Run, strategies, type StrategyName } from "./record";

/** A minute of bake time is a tenth of a second, and checks are just as fast. */
const times = { deploymentSpeed: 600, healthCheckSpeed: 100, stageMs: 50, overlapMs: 200 };

/** The course of a run, without its times. */
const courseOf = ({ stages, tasks }: Run) => ({
  stages: stages.map(({ name, percent }) => `${name} ${percent}`),
  tasks: tasks.map(({ revision, states }) => [revision, ...states.map(({ state }) => state)]),
});

describe("the timelines of deployments", function () {
  this.timeout(PATIENCE_MS);
  const runs = recordedRuns();
  let sites: ReturnType<typeof siteFolders>;

  before(() => {
    sites = siteFolders({ old: "old", new: "new" });
  });
  after(() => {
    sites.remove();
  });
  afterEach(endPlanes);

  it("cover all strategies", () => {
    assert.deepEqual(
      runs.map(({ strategy }) => strategy),
      Object.keys(strategies),
    );
  });

  for (const run of runs) {
    for (const language of pictureLanguages) {
      const file = pictureFile(run.strategy, language);

      it(`show what was recorded (npm run docs:timelines -- --draw): ${path.basename(file)}`, () => {
        assert.equal(readFileSync(file, "utf8"), drawTimeline(run, language));
      });
    }

    it(`show the course that a deployment takes today (npm run docs:timelines): ${run.strategy}`, async () => {
      const today = await recordRun(run.strategy, sites, "fast", times);
      assert.deepEqual(courseOf(today), courseOf(run));
      assert.deepEqual([run.failed, today.failed], [0, 0]);
    });

    it(`draw no line through the labels above bars and requests: ${run.strategy}`, () => {
      const svg = drawTimeline(run, "en");
      const labels = [...svg.matchAll(/<text class="label" x="\d+" y="(\d+)"/g)].map(([, y]) =>
        Number(y),
      );
      const lines = [...svg.matchAll(/<path class="moment" d="([^"]+)"/g)].flatMap(([, way = ""]) =>
        [...way.matchAll(/M[\d.]+ (\d+)V(\d+)/g)].map(([, from, to]) => [Number(from), Number(to)]),
      );
      assert.ok(labels.length >= 3 && lines.length >= 12);
      for (const y of labels) {
        const through = lines.filter(([from = 0, to = 0]) => from < y && to > y - 9);
        assert.deepEqual(through, []);
      }
    });

    it(`explain the same moments in both languages: ${run.strategy}`, () => {
      const [english = [], japanese = []] = pictureLanguages.map((language) =>
        momentsOf(run, language),
      );
      const when = (moments: typeof english) => moments.map(({ at, stage }) => [at, stage]);
      assert.deepEqual(when(japanese), when(english));
      assert.ok(english.length >= 4);
      for (const { text } of japanese) assert.match(text, /[\u3040-\u30ff]/);
    });
  }

  it("show that blue/green moves all requests at once, and a canary few at first", () => {
    const shares = (name: StrategyName) =>
      (runs.find(({ strategy }) => strategy === name)?.answers ?? []).map(
        (span) => span.new / (span.old + span.new),
      );
    const mixed = (name: StrategyName) =>
      shares(name).filter((share) => share > 0.02 && share < 0.98);
    assert.ok(mixed("blue-green").length <= 1, "only the span in which they move may be mixed");
    assert.ok(mixed("canary").filter((share) => share < 0.2).length >= 5);
    assert.ok(mixed("rolling").filter((share) => share > 0.4 && share < 0.6).length >= 5);
  });
});
