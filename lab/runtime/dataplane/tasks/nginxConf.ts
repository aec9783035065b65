import { TASK_PAGE } from "./taskFacts";

/** What the generated configuration needs to know of one task. */
export interface NginxTask {
  /** Content of the image's `default.conf`. */
  readonly site: string;
  /** Folder that replaces `/usr/share/nginx/html`, absolute. */
  readonly html: string;
  /** Folder for the pid file, temporary files and the access log, absolute and existing. */
  readonly directory: string;
  /** The port the site listens on in its container; its other ports are not published. */
  readonly containerPort: number;
  /** The port on 127.0.0.1 that replaces it. */
  readonly port: number;
  /** Ports of the task's other containers, with their ports on 127.0.0.1. @default none */
  readonly siblings?: ReadonlyMap<number, number>;
  /** Whether nginx starts as root; its workers must then stay root to read the pages. */
  readonly asRoot: boolean;
}

/** The file with facts about the task that the page includes, in the task's folder. */
export const TASK_FILE = "task.html";

/** The file to which nginx writes its process ID once it listens. */
export const pidFile = (directory: string): string => `${directory}/nginx.pid`;

/** The file to which nginx writes a line for each request; nginxShim.mjs passes them on as the container's output. */
export const accessLog = (directory: string): string => `${directory}/access.log`;

/**
 * A complete `nginx.conf` for a host nginx that runs one task: the image's server blocks, with address and pages'
 * folder replaced. It writes nothing outside `directory`.
 */
export function nginxConf(task: NginxTask): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path "${task.directory}/${kind}";`,
  );
  return [
    ...(task.asRoot ? ["user root;"] : []),
    "daemon off;",
    "worker_processes 1;",
    `pid "${pidFile(task.directory)}";`,
    "error_log stderr warn;",
    "events { worker_connections 256; }",
    "http {",
    ...temporary,
    `log_format main '${IMAGE_LOG_FORMAT}';`,
    `access_log "${accessLog(task.directory)}" main;`,
    "default_type application/octet-stream;",
    `types { ${MIME_TYPES} }`,
    onLocalAddress(task),
    "}",
    "",
  ].join("\n");
}

/** A sibling's address in `proxy_pass`, `fastcgi_pass` and an upstream's `server`. */
const SIBLING =
  /\b((?:proxy|fastcgi|uwsgi|scgi|grpc)_pass\s+(?:\w+:\/\/)?|server\s+)(?:localhost|127\.0\.0\.1)(?::(\d+))?(?=[\s/;])/g;

/** Ports of localhost that a site forwards requests to: those of containers in the same task. */
export function portsOfSiblings(site: string): number[] {
  return [...new Set([...site.matchAll(SIBLING)].map(([, , port]) => Number(port ?? 80)))];
}

function onLocalAddress({
  site,
  html,
  containerPort,
  directory,
  port,
  siblings,
}: NginxTask): string {
  return site
    .replace(SIBLING, (all, directive: string, given?: string) => {
      const moved = siblings?.get(Number(given ?? 80));
      return moved === undefined ? all : `${directive}127.0.0.1:${moved}`;
    })
    .replace(/^\s*listen\s+([^;]+);/gm, (_all, address: string) => {
      const [socket = ""] = address.trim().split(/\s+/);
      const isOurs = socket === String(containerPort) || socket === `*:${containerPort}`;
      return isOurs ? `    listen 127.0.0.1:${port};` : "";
    })
    .replace(/\baccess_log\s+(?!off\b)[^\s;]+/g, `access_log "${accessLog(directory)}"`)
    .replace(/\berror_log\s+[^\s;]+/g, "error_log stderr")
    .replace(/\broot\s+"?\/usr\/share\/nginx\/html"?;/g, `root "${html}";`)
    .replaceAll(`alias ${TASK_PAGE};`, `alias "${directory}/${TASK_FILE}";`);
}

/** That of the nginx image, with the address of the load balancer's client at its end. */
const IMAGE_LOG_FORMAT =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" ' +
  '"$http_user_agent" "$http_x_forwarded_for"';

// nginx's own list is in a different place on every system; a page needs no more than these.
const MIME_TYPES = [
  "text/html html htm;",
  "text/css css;",
  "text/javascript js mjs;",
  "text/plain txt;",
  "application/json json;",
  "image/svg+xml svg;",
  "image/png png;",
  "image/jpeg jpg jpeg;",
  "image/webp webp;",
  "image/x-icon ico;",
  "font/woff2 woff2;",
].join(" ");
