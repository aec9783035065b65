import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";

import type { LabStatus, ServedPlane } from "../../../host/host";
import type { OwnedResource } from "../../../protocol/recovery";

/** A service as in the lab's status. */
export type Service = ServedPlane["services"][number];
type Task = Service["tasks"][number];

/** What a check sees of a learner's stack. */
export interface LearnerStack {
  readonly stack: string;
  readonly status: LabStatus;
  /** The stack's resources in the account. */
  readonly resources: readonly OwnedResource[];
  /** Sends a request to a load balancer. */
  readonly ask: (request: LoadBalancerRequest) => Promise<number | undefined>;
}

/** A GET to a load balancer. */
export interface LoadBalancerRequest {
  readonly url: URL;
  /** @default the URL's host */
  readonly host?: string;
  /** File of the certification authority to trust, for HTTPS. */
  readonly certificateAuthority?: string;
}

/**
 * The stack's service by the name of its component in the program, such as `fargate`; undefined unless it is being
 * served.
 */
export function serviceOf({ resources, status }: LearnerStack, component: string) {
  const ends = ["service:Service", "expressGatewayService:ExpressGatewayService"].map(
    (type) => `aws:ecs/${type}::${component}-service`,
  );
  const id = resources.find(({ urn }) => ends.some((end) => urn.endsWith(end)))?.id;
  return status.plane?.services.find(({ arn }) => arn === id);
}

/** Running tasks that passed their health checks. */
export const healthyTasks = ({ tasks = [] }: Partial<Service> = {}): readonly Task[] =>
  tasks.filter(({ health, lastStatus }) => lastStatus === "RUNNING" && health === "HEALTHY");

/** The number of different values, such as zones of tasks. */
export const different = (values: readonly (string | undefined)[]): number =>
  new Set(values.filter((value) => value !== undefined)).size;

/** Whether an event of a service matches; the lab keeps the last 100 while it is being served. */
export const hasEvent = ({ events = [] }: Partial<Service> = {}, words: RegExp): boolean =>
  events.some(({ message }) => words.test(message));

/** Tasks of a service that a person stopped. */
export const stoppedByHand = ({ tasks = [] }: Partial<Service> = {}): readonly Task[] =>
  tasks.filter(
    ({ lastStatus, stopCode }) => lastStatus === "STOPPED" && stopCode === "UserInitiated",
  );

/**
 * Whether a service's page answers 200 through its load balancer, by the first rule that forwards to its tasks.
 *
 * @param path @default the rule's own, or `/`
 */
export async function answers(
  view: LearnerStack,
  service: Service | undefined,
  path?: string,
): Promise<boolean> {
  const request = view.status.plane && service && requestTo(view.status.plane, service, path);
  return request !== undefined && (await view.ask(request)) === 200;
}

function requestTo(
  plane: ServedPlane,
  { tasks }: Service,
  path?: string,
): LoadBalancerRequest | undefined {
  const own = new Set(tasks.map(({ arn }) => arn));
  const groups = plane.targetGroups.filter(({ targets }) =>
    targets.some(({ taskArn }) => own.has(taskArn)),
  );
  const arns = new Set(groups.map(({ arn }) => arn));
  for (const { certificateAuthority, localUrl, rules } of plane.loadBalancers.flatMap(
    ({ listeners }) => listeners,
  )) {
    const rule = rules.find(
      ({ conditions, targetGroups }) =>
        // A blue/green deployment's rule for test traffic requires a header.
        !conditions.startsWith("header ") && targetGroups.some(({ arn }) => arns.has(arn)),
    );
    if (rule === undefined || localUrl === undefined) continue;
    const [, host] = /\bhost (\S+)/.exec(rule.conditions) ?? [];
    const [, first = "/"] = /\bpath (\S+)/.exec(rule.conditions) ?? [];
    const asked = path ?? (first.startsWith("/") ? first.replace("*", "") : "/");
    return {
      url: new URL(asked, localUrl),
      ...(host === undefined ? {} : { host }),
      ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    };
  }
  return undefined;
}

/** How long a load balancer may take to answer, in milliseconds. */
const ANSWER_MS = 5000;

/** The HTTP status of the response to a GET; undefined if there is none. */
export function ask({
  certificateAuthority,
  host,
  url,
}: LoadBalancerRequest): Promise<number | undefined> {
  const headers = host === undefined ? {} : { host };
  const trust =
    certificateAuthority === undefined
      ? {}
      : { ca: readFileSync(certificateAuthority), servername: host ?? "" };
  return new Promise((resolve) => {
    const { get } = url.protocol === "https:" ? https : http;
    const request = get(url, { headers, timeout: ANSWER_MS, ...trust }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(undefined);
    });
  });
}
