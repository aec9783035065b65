import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { text } from "node:stream/consumers";

import { repository } from "../../../lab/shared/repository";
import {
  drawPictures,
  picturedChapters,
  pictureFile,
  picturesFolder,
} from "../../../lab/ui/commands/diagram/docsPictures";
import { engineTimeout, pulumiCli, stateFolder } from "./harness";

/** Runs `npm run diagram` as a user does. */
async function diagram(...args: string[]) {
  const command = [
    // As package.json's script starts it.
    "--require",
    "./loader",
    path.join("lab", "ui", "commands", "diagram", "cli.ts"),
    ...args,
  ];
  const child = spawn(process.execPath, command, {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: child.exitCode, stdout, stderr };
}

describe("the documentation's pictures", function () {
  this.timeout(engineTimeout);

  before(pulumiCli);

  it("are exactly those of the chapters", async () => {
    const files = await readdir(picturesFolder);
    const pictures = files.filter((file) => /^architecture-.*\.svg$/.test(file));
    const each = picturedChapters.flatMap((chapter) =>
      (["en", "ja"] as const).flatMap((language) =>
        (["page", "phone"] as const).map((screen) => pictureFile(chapter, language, screen)),
      ),
    );
    assert.deepEqual(pictures.sort(), each.sort());
  });

  for (const chapter of picturedChapters) {
    it(`show the chapter ${chapter} as it is now (npm run docs:diagrams redraws them)`, async () => {
      const { state, remove } = await stateFolder();
      try {
        const pictures = await drawPictures(chapter, state, new AbortController().signal);
        for (const [name, svg] of pictures) {
          const file = path.join(picturesFolder, name);
          assert.ok(svg === (await readFile(file, "utf8")), `${file} is out of date`);
          assert.doesNotMatch(svg, /Not drawn/);
        }
      } finally {
        await remove();
      }
    });
  }
});

describe("npm run diagram --diff", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  before(async () => ({ state, remove } = await stateFolder()));
  after(() => remove());

  it("marks what a preview would change and changes nothing", async () => {
    const pictures = await drawPictures("fargate", state, new AbortController().signal);
    const changes = ["--config", "desiredCount=3", "--config", "containerPort=8080"];
    const { code, stdout, stderr } = await diagram(
      ...["--lab", state, "--diff", "--out", "-"],
      ...changes,
    );
    assert.deepEqual([code, stderr], [0, ""]);
    for (const line of ["− desired count 1", "+ desired count 3", "+ tcp 8080"]) {
      assert.ok(stdout.includes(`>${line}<`), line);
    }
    const after = await diagram("--lab", state, "--out", "-");
    assert.equal(after.stdout, pictures.get(pictureFile("fargate")));
  });

  it("reports why a preview failed and draws nothing", async () => {
    const { code, stdout, stderr } = await diagram(
      ...["--lab", state, "--diff", "--out", "-", "--config", "desiredCount=-1"],
    );
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: the preview failed:\n- [^]*desiredCount/);
  });
});
