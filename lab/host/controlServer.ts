import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

import { grantedSchema } from "../account/quotas";
import { QuotaReached } from "../account/reservations";
import { type ApprovalRequest, approvalSchema } from "../protocol/approval";
import {
  answer,
  answerLines,
  bearsToken,
  LoopbackServer,
  messageIn,
  otherVersion,
  HttpRefusal,
} from "../protocol/loopback";
import type { PipelineRunStatus } from "../protocol/pipelines";
import { recoverySchema, resourcesSchema } from "../protocol/recovery";
import { stackReportSchema } from "../protocol/report";
import { type ReservationRequest, reservationSchema } from "../protocol/reservation";
import { runTaskSchema } from "../protocol/runTask";
import type { LabStatus } from "../protocol/status";
import { stopTaskSchema } from "../protocol/stopTask";
import type { Host } from "./host";

/** HTTP status of an answer whose text says which quota is exhausted. */
export const QUOTA_REACHED = 409;

type Handlers = Pick<
  Host,
  "grantQuotas" | "recover" | "report" | "resources" | "runTask" | "stopTask"
> & {
  reserve: (request: ReservationRequest) => () => void;
  approve: (request: ApprovalRequest) => PipelineRunStatus;
  status: () => LabStatus;
  onChange: (listener: () => void) => () => void;
};

/**
 * How lab processes talk to the one that has the account open: HTTP on loopback, for those who can read the token in
 * the lab's state folder. lab/protocol has the messages.
 *
 * - `GET /attach` stays open for as long as the caller needs the account;
 * - `GET /status` returns what is served;
 * - `GET /follow` sends the status whenever it changes, as lines of JSON, for as long as both processes live; it does
 * not keep the account open;
 * - `POST /reserve` see {@link Host.reserve}: the response stays open for as long as the caller holds the reservation;
 * - `POST /recover` see {@link Host.recover}, `POST /report` see {@link Host.report}, `POST /resources` see {@link
 * Host.resources}, `POST /approve` see {@link Host.approve}, `POST /run-task` see {@link Host.runTask}, `POST
 * /stop-task` see {@link Host.stopTask}, `POST /grant-quotas` see {@link Host.grantQuotas}.
 */
export class ControlServer {
  readonly token = randomBytes(32).toString("hex");
  private readonly attached = new Set<ServerResponse>();
  private server: LoopbackServer | undefined;
  private isDrained = false;

  private constructor(private readonly handlers: Handlers) {}

  static async start(handlers: Handlers): Promise<ControlServer> {
    const control = new ControlServer(handlers);
    control.server = await LoopbackServer.start((request, response) =>
      control.handle(request, response),
    );
    return control;
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return this.server?.url ?? "";
  }

  /** Waits until no other process needs the account; then accepts no more. */
  async drain(): Promise<void> {
    while (this.attached.size > 0) {
      await Promise.all([...this.attached].map((response) => once(response, "close")));
    }
    this.isDrained = true;
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!bearsToken(request, this.token)) throw new HttpRefusal(401, "the token is wrong");
    const { handlers } = this;
    switch (`${request.method ?? ""} ${request.url ?? ""}`) {
      case "GET /attach":
        if (this.isDrained) throw new HttpRefusal(503, "the account is being closed");
        this.attached.add(response);
        response.on("close", () => this.attached.delete(response));
        response.writeHead(200).flushHeaders();
        return;
      case "GET /status":
        answer(response, handlers.status());
        return;
      case "GET /follow":
        follow(handlers, response);
        return;
      case "POST /reserve":
        hold(handlers, response, await messageIn(request, reservationSchema));
        return;
      case "POST /grant-quotas":
        answer(response, await handlers.grantQuotas(await messageIn(request, grantedSchema)));
        return;
      case "POST /report":
        await handlers.report(await messageIn(request, stackReportSchema));
        answer(response, {});
        return;
      case "POST /approve":
        answer(response, handlers.approve(await messageIn(request, approvalSchema)));
        return;
      case "POST /run-task":
        answer(response, await handlers.runTask(await messageIn(request, runTaskSchema)));
        return;
      case "POST /stop-task":
        await handlers.stopTask(await messageIn(request, stopTaskSchema));
        answer(response, {});
        return;
      case "POST /recover": {
        const { stack, project, known } = await messageIn(request, recoverySchema);
        answer(response, await handlers.recover(stack, project, known));
        return;
      }
      case "POST /resources": {
        const { stack, project } = await messageIn(request, resourcesSchema);
        answer(response, await handlers.resources(stack, project));
        return;
      }
      default:
        throw otherVersion(request, "no such path");
    }
  }
}

/** The connection, and with it the reservation, ends when the caller ends, for whatever reason. */
function hold({ reserve }: Handlers, response: ServerResponse, request: ReservationRequest): void {
  try {
    const end = reserve(request);
    response.on("close", end);
    // The caller may already be gone.
    if (response.closed) end();
  } catch (error) {
    throw error instanceof QuotaReached ? new HttpRefusal(QUOTA_REACHED, error.message) : error;
  }
  response.writeHead(200).flushHeaders();
}

function follow({ status, onChange }: Handlers, response: ServerResponse): void {
  const write = answerLines(response);
  let last = "";
  const tell = () => {
    // A reader that falls behind, e.g. a suspended process, gets only the latest status once it reads again.
    if (response.writableNeedDrain) return;
    const now = JSON.stringify(status());
    if (now !== last) write(now);
    last = now;
  };
  response.on("drain", tell);
  response.once("close", onChange(tell));
  tell();
}
