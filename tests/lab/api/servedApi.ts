import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import { ApiServer } from "../../../lab/api/apiServer";
import type { ApiTargets } from "../../../lab/api/service";
import { imageFolders } from "../../../lab/delivery/images/imageFolder";
import { Registry } from "../../../lab/delivery/images/registry";
import type { ControlPlane } from "../../../lab/runtime/controlplane/controlPlane";
import { LogStore, logFolder } from "../../../lab/runtime/dataplane/tasks/logStore";
import { repository as checkout } from "../../../lab/shared/repository";
import {
  CONTAINER,
  create,
  createWorld,
  FARGATE_TASK,
  REGION,
  serviceInputs,
  TYPES,
  type World,
} from "../account/fixtures";
import { endPlanes, nginxOnly, startPlane } from "../runtime/controlplane/plane";
import { PATIENCE_MS } from "../runtime/patience";

/** Not a secret: it is for a server that only lives as long as a test. */
export const KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "a key of the tests" };

export const LOG_GROUP = "/ecs/handson";

/** The tutorial's service on Fargate behind a load balancer, running, and the API that describes it. */
export interface ServedApi<Made = World> {
  readonly account: Account;
  readonly plane: ControlPlane;
  readonly world: Made;
  readonly url: string;
  /** Holds the pushed images. */
  readonly stateDir: string;
  /** The folder that an image stands for. */
  readonly images: (image: string) => string | undefined;
  /** Configuration of SDK clients. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof KEY;
    readonly maxAttempts: number;
  };
  readonly close: () => Promise<void>;
}

/**
 * Serves the API of an account in memory; an answer that does not match the service's model fails.
 * @param make creates what the account has
 */
export async function serveApi<Made>(
  make: (account: Account) => Promise<Made>,
  options: { readonly delivery?: ApiTargets["delivery"] } = {},
): Promise<ServedApi<Made>> {
  const account = Account.inMemory();
  const world = await make(account);
  const workDir = mkdtempSync(join(tmpdir(), "ecs-handson-api-"));
  const pushed = imageFolders({ account, stateDir: workDir, checkout });
  const images = (image: string) =>
    image.includes(".dkr.ecr.")
      ? pushed(image)
      : image.includes("nginx")
        ? nginxOnly("nginx")
        : undefined;
  const plane = await startPlane(account, {
    images,
    workDir,
    times: { healthCheckSpeed: 1000, scalingPeriodMs: 100 },
  });
  await plane.whenSteady(PATIENCE_MS);
  const none = {
    status: () => ({ pipelines: [], repositories: [] }),
    approve: no,
    release: no,
    buildLogs: () => [],
  };
  const { delivery = none } = options;
  const api = await ApiServer.start({
    port: 0,
    key: KEY,
    isStrict: true,
    targets: {
      account,
      plane,
      delivery,
      logs: new LogStore(logFolder(workDir)),
      registry: new Registry(account, workDir),
    },
  });
  const client = { endpoint: api.url, region: REGION, credentials: KEY, maxAttempts: 1 };
  const close = async () => {
    await api.close();
    await endPlanes();
    rmSync(workDir, { recursive: true, force: true });
  };
  return { account, plane, world, url: api.url, stateDir: workDir, images, client, close };
}

function no(): never {
  throw new Error("there are no pipelines");
}

/** The tutorial's world, whose container writes logs. */
export async function createLoggedWorld(account: Account): Promise<World> {
  const world = await createWorld(account);
  await account.delete(TYPES.service, world.service.id);
  await create(account, "logGroup", {
    name: LOG_GROUP,
    retentionInDays: 30,
    tags: { team: "web" },
  });
  const logConfiguration = {
    logDriver: "awslogs",
    options: {
      "awslogs-group": LOG_GROUP,
      "awslogs-region": REGION,
      "awslogs-stream-prefix": "nginx",
    },
  };
  const taskDefinition = await create(account, "taskDefinition", {
    ...FARGATE_TASK,
    executionRoleArn: world.role.outputs.arn,
    containerDefinitions: JSON.stringify([{ ...CONTAINER, logConfiguration }]),
  });
  const { cluster, securityGroup, subnetA, subnetC, targetGroup } = world;
  const subnets = [subnetA.id, subnetC.id];
  const service: ResourceRecord = await create(account, "service", {
    ...serviceInputs({ cluster, taskDefinition, securityGroup, subnets, targetGroup }),
    name: "handson",
    tags: { Name: "handson" },
  });
  return { ...world, taskDefinition, service };
}
