import assert from "node:assert/strict";

import type { LightMyRequestResponse } from "fastify";

/** Asserts that an answer is problem details (RFC 9457) of a status, and returns their `detail`. */
export function detailOf(answer: LightMyRequestResponse, status: number): string {
  assert.equal(answer.statusCode, status, answer.body);
  assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
  const problem = answer.json<{ status: number; title: string; detail?: string }>();
  assert.equal(problem.status, status);
  assert.ok(problem.title);
  return problem.detail ?? "";
}

/** Collects log lines, to search in them. */
export function logLines(): { lines: string[]; logTo: { write(line: string): void } } {
  const lines: string[] = [];
  return { lines, logTo: { write: (line) => void lines.push(line) } };
}
