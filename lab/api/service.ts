import type { Account } from "../account/account";
import type { Registry } from "../delivery/images/registry";
import type { Delivery } from "../delivery/pipeline/delivery";
import type { ControlPlane } from "../runtime/controlplane/controlPlane";
import type { LogStore } from "../runtime/dataplane/tasks/logStore";
import type { AccessKey } from "./accessKey";
import type { ActivityHistory } from "./activityHistory";
import type { RegistryAccess } from "./registry/access";

/** What operations work on. */
export interface ApiTargets {
  readonly account: Account;
  readonly plane: ControlPlane;
  readonly delivery: Pick<Delivery, "approve" | "buildLogs" | "release" | "status">;
  /** The containers' logs. */
  readonly logs: LogStore;
  /** The registry of pushed images. */
  readonly registry: Registry;
}

/** What an operation works on, for one request. */
export interface Api extends ApiTargets {
  /** Region that the request is signed for. */
  readonly region: string;
  /** What has happened since the server started listening. */
  readonly history: ActivityHistory;
  /** The server's address, without a slash at the end. */
  readonly endpoint: string;
  /** Access to the registry, see {@link RegistryAccess}. */
  readonly access: RegistryAccess;
}

/**
 * Answers a request. Its input matches the service's model, including required members; its result must match the model
 * too. It throws {@link ApiError}, or errors of the account and the control plane.
 */
export type Operation = (input: never, api: Api) => object | Promise<object>;

/** An AWS service that the lab supports. */
export interface ApiService {
  /** E.g. `Amazon ECS`, for messages. */
  readonly title: string;
  /** The service in credentials' scopes, e.g. `elasticloadbalancing`. */
  readonly signingName: string;
  readonly protocol: "json" | "query" | "ec2";
  /** Prefix of `X-Amz-Target`, for the JSON and CBOR protocols. */
  readonly target?: string;
  /** For the XML protocols. */
  readonly xmlNamespace?: string;
  /** Error code for input without a required member. */
  readonly invalidCode: string;
  /** The exports of the service's `@aws-sdk/client-…`, whose schemas are AWS's own model; loaded on first use. */
  readonly model: () => object;
  /** By name, e.g. `ListClusters`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /**
   * Parameters that the lab would ignore, by operation: requests with them get an error. Parameters that do not affect
   * the response, such as idempotency tokens, are not listed. @default none
   */
  readonly refused?: Readonly<Record<string, readonly string[]>>;
}

/** What is needed to answer requests. */
export interface Answering {
  readonly key: AccessKey;
  readonly targets: ApiTargets;
  /** The server's address, without a slash at the end. */
  readonly endpoint: string;
  /** Whether a response that does not match the service's model is an error. @default false: it is sent */
  readonly isStrict?: boolean;
  /** @default the machine's clock */
  readonly now?: () => Date;
}
