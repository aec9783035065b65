import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testsEnd } from "./plane";

/** One answered request. */
export interface Answer {
  readonly client: number;
  /** How many answers there were when the request was sent. */
  readonly after: number;
  readonly status: number;
  readonly body: string;
}

/**
 * Clients, each of which sends one request after another without a pause until the test ends.
 *
 * @param redirect "manual" for clients that count a redirect as an answer.
 */
export function startLoad(
  url: string,
  clients = 4,
  headers: Record<string, string> = {},
  redirect: "follow" | "manual" = "follow",
) {
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, testsEnd()]);
  const answers: Answer[] = [];
  const running = Array.from({ length: clients }, async (_, client) => {
    while (!signal.aborted) {
      let answer: Answer;
      const after = answers.length;
      try {
        const response = await fetch(url, { headers, redirect });
        answer = { client, after, status: response.status, body: (await response.text()).trim() };
      } catch (error) {
        answer = { client, after, status: 0, body: String((error as Error).cause ?? error) };
      }
      answers.push(answer);
    }
  });
  return {
    answers,
    /** Ends the load; resolves to all answers when the last has come. */
    stop: async (): Promise<readonly Answer[]> => {
      ended.abort();
      await Promise.all(running);
      return answers;
    },
  };
}

/** Folders that stand for images, each a site with this one page, or an empty site where it is undefined. */
export function siteFolders(pages: Record<string, string | undefined>) {
  const root = mkdtempSync(join(tmpdir(), "ecs-handson-sites-"));
  for (const [name, page] of Object.entries(pages)) {
    mkdirSync(join(root, name, "html"), { recursive: true });
    writeFileSync(join(root, name, "default.conf"), "server { listen 80; }\n");
    if (page !== undefined) writeFileSync(join(root, name, "html", "index.html"), page);
  }
  return {
    images: (image: string): string | undefined => (image in pages ? join(root, image) : undefined),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
