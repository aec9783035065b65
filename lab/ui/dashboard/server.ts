import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

import type { AccountView } from "../../account/record";
import type { LabStatus } from "../../host/host";
import { answer, LoopbackServer, HttpRefusal } from "../../protocol/loopback";
import type { PlaneEvent } from "../../runtime/dataplane/events";
import type { PaceName } from "../../runtime/controlplane/pace";
import { EarliestTimer } from "../../runtime/controlplane/earliestTimer";
import { messageOf } from "../../shared/messageOf";
import { act, ACTION_NAMES, type ActionTargets, HARMLESS, parseAction } from "./actions";
import { RecentEvents } from "./recentEvents";
import { Feed } from "./feed";
import { refuseAction, refuseRequest } from "./guards";
import { ServiceHistory } from "./serviceHistory";
import { loadPage, type Asset } from "./page";
import { takeSnapshot, type DashboardSnapshot } from "./snapshot";

/** Number of ports to try, from the first one on, before taking any free one. */
const portsTried = 10;
/** How long connections may take to close when the dashboard closes, in milliseconds. */
const closingMs = 500;
/** Minimum time between two samples of the history, in milliseconds. */
const measuredMs = 1000;
/** Maximum length of an action's body, in characters. */
const longestBody = 16 * 1024;

export interface DashboardOptions {
  /** First port to try on 127.0.0.1; 0 picks a free one. @default 8070 */
  readonly port?: number;
  readonly account: Pick<AccountView, "list">;
  readonly status: () => Promise<LabStatus>;
  /** Calls `listener` whenever `status` or the account may have changed. */
  readonly onChange: (listener: () => void) => () => void;
  readonly onEvent: (listener: (event: PlaneEvent) => void) => () => void;
  /** Changes the lab's pace, which does not change the account. @default the page cannot */
  readonly changePace?: (name: PaceName) => void;
  /** What the page may act on. @default nothing: the page is read-only */
  readonly actions?: ActionTargets;
}

/**
 * The dashboard: a page on its own port on 127.0.0.1, which no load balancer forwards to.
 *
 * - `GET /_lab` is the page;
 * - `GET /_lab/api/snapshot` is the data that it shows, see {@link DashboardSnapshot};
 * - `GET /_lab/api/events` streams that data and its changes, see {@link Feed};
 * - `POST /_lab/api/actions` performs an action, see actions.ts.
 */
export class Dashboard {
  private readonly token = randomBytes(32).toString("hex");
  private readonly start = randomBytes(8).toString("hex");
  private readonly log = new RecentEvents();
  private readonly feed = new Feed(() => this.snapshot());
  private readonly history = new ServiceHistory();
  private readonly measuring = new EarliestTimer(() => void this.measure());
  private readonly page;
  private server: LoopbackServer | undefined;
  private readonly unfollow: (() => void)[];

  private constructor(private readonly options: DashboardOptions) {
    this.page = loadPage(isReadOnly(options) ? "" : this.token);
    this.unfollow = [
      options.onChange(() => {
        this.measuring.set(measuredMs);
        this.feed.poke();
      }),
      options.onEvent((event) => {
        this.log.add(event);
        this.feed.poke();
      }),
    ];
  }

  /** Listens on the first free port; see {@link DashboardOptions.port}. */
  static async start(options: DashboardOptions): Promise<Dashboard> {
    const dashboard = new Dashboard(options);
    dashboard.log.addReports((await options.status()).reports);
    const first = options.port ?? 8070;
    const ports = Array.from({ length: portsTried }, (_, index) => first + index);
    dashboard.server = await LoopbackServer.start(
      (request, response) => dashboard.handle(request, response),
      [...ports.filter((port) => port <= 65_535), 0],
    );
    return dashboard;
  }

  /** `http://127.0.0.1:PORT/_lab`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/_lab`;
  }

  /** Ends the pages' connections, and cuts off those that do not close. */
  async close(): Promise<void> {
    for (const stop of this.unfollow) stop();
    this.measuring.clear();
    this.feed.close();
    await this.server?.close(closingMs);
  }

  private get port(): number {
    return this.server?.port ?? 0;
  }

  /** Measures also while no page is open, so that a page that opens has a history. */
  private async measure(): Promise<void> {
    const { plane } = await this.options.status();
    if (plane !== undefined) this.history.note(plane, Date.now());
  }

  private async snapshot(): Promise<DashboardSnapshot> {
    const { account, status, actions } = this.options;
    const now = await status();
    if (now.plane !== undefined) this.history.note(now.plane, Date.now());
    this.log.addReports(now.reports);
    return takeSnapshot({
      start: this.start,
      actions: actions !== undefined ? ACTION_NAMES : isReadOnly(this.options) ? [] : HARMLESS,
      account,
      status: now,
      events: [...this.log.events],
      history: this.history.byService,
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries({
      "cache-control": "no-store",
      "content-security-policy": this.page.contentSecurityPolicy,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })) {
      response.setHeader(name, value);
    }
    const refusal = refuseRequest(request.headers, this.port);
    if (refusal !== undefined) throw refusal;
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    switch (`${request.method ?? ""} ${pathname}`) {
      case "GET /":
        response.writeHead(302, { location: "/_lab" }).end();
        return;
      case "GET /_lab":
      case "GET /_lab/":
        send(response, this.page.document);
        return;
      case "GET /_lab/api/snapshot":
        answer(response, await this.snapshot());
        return;
      case "GET /_lab/api/events":
        await this.feed.add(response);
        return;
      case "POST /_lab/api/actions":
        await this.action(request, response);
        return;
      default: {
        const asset = request.method === "GET" ? this.page.files.get(pathname) : undefined;
        if (asset === undefined) throw new HttpRefusal(404, "There is no such page.");
        send(response, asset);
      }
    }
  }

  private async action(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { actions, changePace } = this.options;
    const onlyShows = new HttpRefusal(
      403,
      "The dashboard is read-only. To allow actions: npm start -- --allow-actions",
    );
    if (isReadOnly(this.options)) throw onlyShows;
    const refusal = refuseAction(request.headers, this.port, this.token);
    if (refusal !== undefined) throw refusal;
    if (Number(request.headers["content-length"] ?? Infinity) > longestBody) {
      throw new HttpRefusal(413, "The request is too long.");
    }
    try {
      const action = parseAction(JSON.parse(await text(request)));
      if (action.action === "setPace") changePace?.(action.pace);
      else if (actions === undefined) throw onlyShows;
      else await act(action, actions);
      answer(response, {});
    } catch (error) {
      if (error instanceof HttpRefusal) throw error;
      throw new HttpRefusal(400, messageOf(error));
    }
  }
}

/** Whether the page has no actions at all. */
const isReadOnly = ({ actions, changePace }: DashboardOptions): boolean =>
  actions === undefined && changePace === undefined;

function send(response: ServerResponse, { contentType, body }: Asset): void {
  response.writeHead(200, { "content-type": contentType }).end(body);
}
