import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LiveAccount } from "../../../../lab/account/record";
import { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import type { ControlPlaneOptions } from "../../../../lab/runtime/controlplane/controlPlaneOptions";
import type { ServiceStatus, TaskStatus } from "../../../../lab/runtime/controlplane/ecs/status";
import { PATIENCE_MS } from "../patience";
import { InProcessRuntime } from "./inProcess";

export const NGINX_FOLDER = resolve(__dirname, "../../../../nginx");

/** Knows the image of the tutorial's page, and no other. */
export function nginxOnly(image: string): string | undefined {
  return image.startsWith("nginx") ? NGINX_FOLDER : undefined;
}

/**
 * A control plane at a test's speed, which {@link endPlanes} stops and cleans up. Its tasks are not processes
 * unless `options` has a runtime.
 */
export async function startPlane(
  account: LiveAccount,
  options: Partial<ControlPlaneOptions> = {},
): Promise<ControlPlane> {
  const workDir = mkdtempSync(join(tmpdir(), "ecs-handson-plane-"));
  const plane = new ControlPlane(account, {
    images: nginxOnly,
    workDir,
    runtime: new InProcessRuntime(options.images ?? nginxOnly),
    port: 18_080,
    ...options,
    times: {
      healthCheckSpeed: 1,
      maximumDrainMs: 30_000,
      maximumStopMs: 30_000,
      backoffFirstMs: 20,
      settleMs: 100,
      warmUpMs: 50,
      scaleInAfterMs: 300,
      ...options.times,
    },
  });
  started.push({ plane, workDir });
  await plane.start();
  return plane;
}

const started: { plane: ControlPlane; workDir: string }[] = [];
let test = new AbortController();

/** Aborted when the test ends, even by a timeout: nothing of it may go on during the next one. */
export function testsEnd(): AbortSignal {
  return test.signal;
}

/** For `afterEach`. */
export async function endPlanes(): Promise<void> {
  test.abort();
  test = new AbortController();
  for (const { plane, workDir } of started.splice(0)) {
    await plane.stop();
    rmSync(workDir, { recursive: true, force: true });
  }
}

/** How often {@link until} looks without an event, in ms. */
export const LOOK_MS = 20;

/**
 * Resolves as soon as `isSo` holds; looks again after every event.
 * @throws what `isSo` throws, and when the test ends before that
 */
export function until(plane: ControlPlane, isSo: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearInterval(timer);
      stop();
      signal.removeEventListener("abort", abort);
    };
    const abort = () => {
      end();
      reject(
        new Error(
          `the test has ended before the condition held: ${JSON.stringify(plane.status())}`,
        ),
      );
    };
    const look = () => {
      try {
        if (!isSo()) return;
        end();
        resolve();
      } catch (error) {
        end();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const signal = testsEnd();
    signal.addEventListener("abort", abort);
    const stop = plane.onEvent(look);
    const timer = setInterval(look, LOOK_MS);
    look();
  });
}

/** Resolves when all services are steady; rejects as soon as one never will be. */
export function steady(plane: ControlPlane): Promise<void> {
  return plane.whenSteady(PATIENCE_MS / 2);
}

/** Lets the event loop turn `times` times. */
export async function turns(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn++) await new Promise(setImmediate);
}

export function service(plane: ControlPlane, name = "site"): ServiceStatus {
  const found = plane.status().services.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}

export function runningTasks(plane: ControlPlane, name = "site"): TaskStatus[] {
  return service(plane, name).tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
}

export function siteUrl(plane: ControlPlane): string {
  const url = plane.status().loadBalancers[0]?.listeners[0]?.localUrl;
  if (url === undefined) throw new Error("the load balancer does not listen");
  return url;
}
