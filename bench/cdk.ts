import { mkdtemp, readFile, rm } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import * as path from "node:path";

import type { Benchmark, BenchmarkTable } from "./benchmark";
import { cdkApp, installCdk } from "./peers/cdkApp";
import { measuredChapters, resourcesOf } from "./stack";
import { median, minimum } from "./statistics";
import { timeNode, type Timing, labCommand } from "./timedProcess";

/** One side of the comparison. */
export interface Contender {
  what: string;
  /** How many resources it declares: in our preview, or in the CloudFormation template. */
  resources: number;
  timings: Timing[];
}

/**
 * All chapters. The microservices' images are given by a tag because CDK's app builds none; that nobody has pushed the tag
 * does not matter without tasks.
 */
const config = { chapters: measuredChapters.join(","), microservicesImage: "1", desiredCount: "0" };

const cdk = path.join(cdkApp, "node_modules", "aws-cdk", "bin", "cdk");

/** Keeps CDK off the network: no notices, version checks, telemetry or credentials. */
const offline = {
  CI: "true",
  CDK_DISABLE_CLI_TELEMETRY: "true",
  CDK_DISABLE_VERSION_CHECK: "true",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
};

/** Ways to create the CloudFormation template: arguments for Node.js that write it to `out`. */
const ways: { what: string; args: (out: string) => string[]; env?: Record<string, string> }[] = [
  {
    what: "cdk synth, as `cdk init` sets it up: tsc and tsx",
    args: (out) => [cdk, ...synth(out)],
  },
  {
    what: "cdk synth, precompiled",
    args: (out) => [cdk, ...synth(out), ...precompiled],
  },
  {
    what: "cdk synth, precompiled, cdk-nag alone: leanest",
    args: (out) => [cdk, ...synth(out), ...precompiled, ...leanest],
  },
  {
    what: "the leanest without the command line",
    args: () => ["dist/bin/app.js"],
    env: { CDK_VALIDATION: "false" },
  },
];

const synth = (out: string) => [
  "synth",
  "--quiet",
  "--no-notices",
  "--no-lookups",
  "--output",
  out,
];
const precompiled = ["--app", "node dist/bin/app.js"];
/** No metadata, and none of CDK's own checks of the template, which take longest; only cdk-nag's. */
const leanest = [
  "--no-validation",
  "--no-version-reporting",
  "--no-path-metadata",
  "--no-asset-metadata",
];

/** The lab's preview with the whole pack, compared with CDK's synth with cdk-nag. */
export const cdkBenchmark: Benchmark = {
  name: "cdk",
  description: "preview of all chapters, compared with synths of the same architecture in AWS CDK",
  measure: async ({ runs, progress }) => {
    progress("installing AWS CDK if it is missing, and compiling its app");
    await installCdk();
    const ours: Contender = {
      what: "preview in the lab, the whole pack",
      resources: await resourcesOf(config),
      timings: [],
    };
    const theirs = ways.map((way) => ({ ...way, resources: 0, timings: [] as Timing[] }));
    for (let run = 1; run <= runs; run += 1) {
      progress(`run ${run} of ${runs}: ${ours.what}`);
      ours.timings.push(await inFolder(timePreview));
      for (const way of theirs) {
        progress(`run ${run} of ${runs}: ${way.what}`);
        await inFolder(async (out) => {
          const env = { ...offline, ...way.env, CDK_OUTDIR: out };
          way.timings.push(await timeNode(way.args(out), env, cdkApp));
          way.resources = await templateResources(out);
        });
      }
    }
    return contenderTable(ours, theirs);
  },
};

/** Minimum and median time and peak memory of all contenders, and the ratio of each minimum to ours. */
export function contenderTable(ours: Contender, theirs: readonly Contender[]): BenchmarkTable {
  const least = ({ timings }: Contender) => minimum(timings.map(({ seconds }) => seconds));
  return {
    columns: ["what", "resources", "min s", "median s", "peak MiB", "÷ ours"],
    rows: [ours, ...theirs].map((one) => [
      one.what,
      one.resources,
      least(one),
      median(one.timings.map(({ seconds }) => seconds)),
      Math.max(...one.timings.map(({ peakMiB }) => peakMiB)),
      least(one) / least(ours),
    ]),
  };
}

function timePreview(state: string): Promise<Timing> {
  const settings = Object.entries(config).flatMap(([key, value]) => [
    "--config",
    `${key}=${value}`,
  ]);
  return timeNode(labCommand("preview", "--state", state, ...settings));
}

/** How many resources the template of a synth has. @throws Error if there is no template */
async function templateResources(out: string): Promise<number> {
  const json = await readFile(path.join(out, "ecs-handson.template.json"), "utf8");
  const { Resources } = JSON.parse(json) as { Resources: Record<string, { Type: string }> };
  // Part of CDK's usage statistics, not of the architecture.
  return Object.values(Resources).filter(({ Type }) => Type !== "AWS::CDK::Metadata").length;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-cdk-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
