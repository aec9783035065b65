import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { QuotaReached } from "../../../lab/account/reservations";
import type { Host } from "../../../lab/host/host";
import { openHost } from "../../../lab/host/openHost";
import type { ReservationRequest } from "../../../lab/protocol/reservation";
import { repository } from "../../../lab/shared/repository";

/** Reserves room for a VPC in another process's account at one line of its input, and releases it at the next. */
const neighbour = `
const { createInterface } = require("node:readline");
const { findHost } = require("./lab/host/openHost.ts");
(async () => {
  const host = await findHost(process.argv[1]);
  console.log(JSON.stringify(await host.grantQuotas({ vpcs: 1 })));
  let release;
  for await (const line of createInterface({ input: process.stdin })) {
    if (release) {
      await release();
      release = undefined;
      console.log("released");
    } else {
      release = await host.reserve(JSON.parse(line)).catch((error) => {
        console.log(error.constructor.name, error.message);
      });
      if (release) console.log("reserved");
    }
  }
})();`;

const vpcOf = (stack: string): ReservationRequest => {
  const type = "aws:ec2/vpc:Vpc";
  const urn = `urn:pulumi:${stack}::p::${type}::network`;
  return { stack, planned: [{ urn, type, region: "ap-northeast-1" }] };
};

describe("room in the account of another process", () => {
  let state: string;
  let host: Host;
  let child: ChildProcess;
  let printed: AsyncIterator<string>;

  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "lab-"));
    host = await openHost(state);
    const args = ["--require", "ecs-handson-loader", "--eval", neighbour, state];
    child = spawn(process.execPath, args, { cwd: repository, stdio: ["pipe", "pipe", "inherit"] });
    assert.ok(child.stdout);
    printed = createInterface(child.stdout)[Symbol.asyncIterator]();
    assert.equal((await printed.next()).value, '{"vpcs":1}');
  });
  afterEach(async () => {
    child.kill("SIGKILL");
    await host.close();
    await rm(state, { recursive: true });
  });

  const asked = async (request: ReservationRequest): Promise<string> => {
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    return String((await printed.next()).value);
  };
  /** Reserves as soon as there is room. */
  const reserved = async (request: ReservationRequest): Promise<() => Promise<void>> => {
    for (;;) {
      try {
        return await host.reserve(request);
      } catch (error) {
        if (!(error instanceof QuotaReached)) throw error;
        await sleep(10);
      }
    }
  };

  it("is reserved until it is released, and refused with the same message as to its own process", async () => {
    const release = await host.reserve(vpcOf("one"));
    assert.match(
      await asked(vpcOf("two")),
      /^QuotaReached nothing was created, because stack two .* of one, 1 more needed\); npm run lab -- quota vpcs=2/,
    );
    await release();
    assert.equal(await asked(vpcOf("two")), "reserved");
    await assert.rejects(host.reserve(vpcOf("one")), QuotaReached);
    assert.equal(await asked(vpcOf("two")), "released");
    await reserved(vpcOf("one"));
  });

  it("is released when the process that reserved it ends, however it ends", async () => {
    assert.equal(await asked(vpcOf("two")), "reserved");
    await assert.rejects(host.reserve(vpcOf("one")), QuotaReached);
    child.kill("SIGKILL");
    await once(child, "exit");
    await reserved(vpcOf("one"));
  });
});
