import type { Account } from "../account/account";
import type { Registry } from "../delivery/images/registry";
import type { Delivery } from "../delivery/pipeline/delivery";
import type { ControlPlane } from "../runtime/controlplane/controlPlane";
import type { LogStore } from "../runtime/dataplane/tasks/logStore";
import type { AccessKey } from "./accessKey";
import type { History } from "./history";
import type { RegistryAccess } from "./registry/access";

/** What operations work on. */
export interface ApiTargets {
  readonly account: Account;
  readonly plane: ControlPlane;
  readonly delivery: Pick<Delivery, "approve" | "buildLogs" | "release" | "status">;
  /** What containers wrote. */
  readonly logs: LogStore;
  /** Images that clients push. */
  readonly registry: Registry;
}

/** What an operation works on, for one request. */
export interface Api extends ApiTargets {
  /** That the request is signed for. */
  readonly region: string;
  /** What has happened since the server listens. */
  readonly history: History;
  /** The server's address, without a slash at the end. */
  readonly endpoint: string;
  /** What gives access to the registry, see {@link RegistryAccess}. */
  readonly access: RegistryAccess;
}

/**
 * Answers a request. Its input is as the service's model has it, required members included; what it
 * returns must be so, too. It throws {@link ApiError}, or what the account and the control plane throw.
 */
export type Operation = (input: never, api: Api) => object | Promise<object>;

/** An AWS service that the lab answers for. */
export interface ApiService {
  /** E.g. `Amazon ECS`, for messages. */
  readonly title: string;
  /** The service in credentials' scopes, e.g. `elasticloadbalancing`. */
  readonly signingName: string;
  readonly protocol: "json" | "query" | "ec2";
  /** What `X-Amz-Target` begins with, of the JSON and CBOR protocols. */
  readonly target?: string;
  /** Of the XML protocols. */
  readonly xmlNamespace?: string;
  /** Code for input without what is required. */
  readonly invalidCode: string;
  /** The exports of the service's `@aws-sdk/client-…`, whose schemas are AWS's own model; loaded when first asked for. */
  readonly model: () => object;
  /** By name, e.g. `ListClusters`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /**
   * Parameters that the lab would pass over, by operation: who gives them gets an error. Those whose absence changes no
   * answer, as a token against repetition, are not among them. @default none
   */
  readonly refused?: Readonly<Record<string, readonly string[]>>;
}

/** What requests are answered with. */
export interface Answering {
  readonly key: AccessKey;
  readonly targets: ApiTargets;
  /** The server's address, without a slash at the end. */
  readonly endpoint: string;
  /** Fails a request whose answer is not as the service's model has it. @default false: it is sent */
  readonly isStrict?: boolean;
  /** @default the machine's clock */
  readonly now?: () => Date;
}
