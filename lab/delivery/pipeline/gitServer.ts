import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

import { isSame, LoopbackServer, HttpRefusal } from "../../protocol/loopback";
import { gitEnvironment, noGit } from "./git";
import type { Branches, Repositories } from "./repositories";

/** A branch that a push created, moved or deleted. */
export interface BranchChange {
  readonly repository: string;
  readonly branch: string;
  /** Absent if the branch is new. */
  readonly oldCommit?: string;
  /** Absent if the branch was deleted. */
  readonly commit?: string;
}

export interface GitServerOptions {
  readonly repositories: Repositories;
  /** Password of every repository; the user name does not matter. */
  readonly password: string;
  /** Port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Called once for each branch that a push changed; the push completes when it resolves. */
  readonly onChange: (change: BranchChange) => Promise<void>;
}

/**
 * Serves git repositories over git's smart HTTP protocol, with the installed `git http-backend`.
 *
 * It listens on 127.0.0.1 only and requires a password, since whoever pushes can run commands on this machine: those of
 * the buildspec. Requests from browsers for other sites are rejected: git sends no `Origin`, and a foreign `Host` means
 * a name that was pointed here (DNS rebinding).
 */
export class GitServer {
  private readonly children = new Set<ChildProcess>();
  /** The last push to each repository: they run one at a time, so that each push's changes can be told apart. */
  private readonly pushes = new Map<string, Promise<void>>();

  private server: LoopbackServer | undefined;

  private constructor(private readonly options: GitServerOptions) {}

  static async start(options: GitServerOptions): Promise<GitServer> {
    const git = new GitServer(options);
    git.server = await LoopbackServer.start(
      (request, response) => git.handle(request, response),
      [options.port],
    );
    return git;
  }

  /** Address of a repository, without the password. */
  cloneUrl(repository: string): string {
    return `http://${this.authority}/v1/repos/${repository}`;
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill("SIGKILL");
    await this.server?.close();
    await Promise.allSettled(this.pushes.values());
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host, origin, authorization } = request.headers;
    if (origin !== undefined || (host !== this.authority && host !== this.localAuthority)) {
      throw new HttpRefusal(403, "only git itself is served here");
    }
    if (!this.knowsPassword(authorization)) {
      response.setHeader("www-authenticate", 'Basic realm="CodeCommit in the lab"');
      throw new HttpRefusal(401, "the password is wrong; npm run lab -- status shows the address");
    }
    const url = new URL(request.url ?? "/", `http://${this.authority}`);
    const [, name = "", service = ""] =
      /^\/v1\/repos\/([\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(
        url.pathname,
      ) ?? [];
    if (!this.options.repositories.names().includes(name)) {
      throw new HttpRefusal(404, `repository ${name} does not exist`);
    }
    await this.options.repositories.open(name);
    if (service !== "git-receive-pack") {
      await this.serve(request, response, name, service, url.search);
      response.end();
      return;
    }
    const before = this.pushes.get(name) ?? Promise.resolve();
    const push = before.then(() => this.receive(request, response, name, url.search));
    this.pushes.set(
      name,
      push.catch(() => undefined),
    );
    await push;
  }

  /** Receives a push, and reports its changes before git gets the response. */
  private async receive(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    query: string,
  ): Promise<void> {
    const { repositories, onChange } = this.options;
    const before = await repositories.branches(name);
    await this.serve(request, response, name, "git-receive-pack", query);
    const after = await repositories.branches(name);
    await repositories.chooseDefaultBranch(name);
    for (const change of changes(name, before, after)) await onChange(change);
    response.end();
  }

  /** Answers one request with `git http-backend`, a CGI program. */
  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    service: string,
    query: string,
  ): Promise<void> {
    const { headers, method } = request;
    const child = spawn("git", ["http-backend"], {
      env: {
        ...gitEnvironment(),
        GIT_PROJECT_ROOT: this.options.repositories.dir,
        GIT_HTTP_EXPORT_ALL: "1",
        REMOTE_USER: "lab", // without a user, pushes are rejected
        REMOTE_ADDR: "127.0.0.1",
        PATH_INFO: `/${name}.git/${service}`,
        QUERY_STRING: query.slice(1),
        REQUEST_METHOD: method,
        CONTENT_TYPE: headers["content-type"] ?? "",
        ...(headers["content-length"] && { CONTENT_LENGTH: headers["content-length"] }),
        ...(headers["content-encoding"] && { HTTP_CONTENT_ENCODING: headers["content-encoding"] }),
        ...(typeof headers["git-protocol"] === "string" && {
          GIT_PROTOCOL: headers["git-protocol"],
        }),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.children.add(child);
    response.once("close", () => {
      if (!response.writableFinished) child.kill();
    });
    child.stdin.on("error", () => undefined); // it may exit before it has read everything
    request.pipe(child.stdin);
    try {
      await answer(child, response);
    } finally {
      this.children.delete(child);
    }
  }

  private knowsPassword(authorization = ""): boolean {
    const [, encoded = ""] = /^Basic (\S+)$/.exec(authorization) ?? [];
    const [, given = ""] = /^[^:]*:(.*)$/.exec(Buffer.from(encoded, "base64").toString()) ?? [];
    return isSame(given, this.options.password);
  }

  private get authority(): string {
    return `127.0.0.1:${this.server?.port ?? 0}`;
  }

  private get localAuthority(): string {
    return this.authority.replace("127.0.0.1", "localhost");
  }
}

/** Sends what a CGI program answers: its headers, an empty line, the body. */
async function answer(child: ChildProcess, response: ServerResponse): Promise<void> {
  let failed: Error | undefined;
  child.once("error", (error: NodeJS.ErrnoException) => {
    failed = error.code === "ENOENT" ? noGit() : error;
  });
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of child.stdout ?? []) {
    if (head === undefined) {
      await write(response, chunk as Buffer);
      continue;
    }
    head = Buffer.concat([head, chunk as Buffer]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const headers = head.toString("latin1", 0, end).split("\r\n");
    const body = head.subarray(end + 4);
    head = undefined;
    for (const line of headers) {
      const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
      if (name === "Status") response.statusCode = Number.parseInt(value, 10);
      else if (name !== "") response.setHeader(name, value);
    }
    await write(response, body);
  }
  if (failed !== undefined) throw failed;
  if (head !== undefined && !response.destroyed) throw new Error("git http-backend gave no answer");
}

async function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed || chunk.length === 0) return;
  if (!response.write(chunk)) {
    await Promise.race([once(response, "drain"), once(response, "close")]);
  }
}

function changes(repository: string, before: Branches, after: Branches): BranchChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((branch) => {
    const [oldCommit, commit] = [before[branch], after[branch]];
    if (oldCommit === commit) return [];
    return [{ repository, branch, ...(oldCommit && { oldCommit }), ...(commit && { commit }) }];
  });
}
