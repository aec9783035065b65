import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import fc from "fast-check";
import type { Log } from "sarif";

import type { WorkflowRun } from "../../.github/scripts/previewReport.d.mts";
import { formatReport } from "../../lab/ui/report/formatReport";
import { refusedPreview } from "../lab/ui/report/refusedPreview";

type Script = typeof import("../../.github/scripts/previewReport.mjs");

interface Comment {
  id: number;
  user: { login: string };
  body: string;
}

const preview = refusedPreview("preview", [
  {
    policy: "listener-https",
    level: "mandatory",
    message: "It takes HTTP from @everybody: <b>#1</b>",
    source: { file: "components/network/loadBalancer.ts", line: 88, column: 3 },
  },
]);

const fork: WorkflowRun = {
  event: "pull_request",
  conclusion: "failure",
  head_sha: "a".repeat(40),
  head_branch: "main",
  head_repository: { full_name: "eve/ecs-handson", owner: { login: "eve" } },
  repository: { full_name: "ann/ecs-handson", default_branch: "main" },
  html_url: "https://github.com/ann/ecs-handson/actions/runs/1",
};

describe("the report on a pull request", () => {
  let script: Script;
  let dir: string;
  before(async () => {
    script = await import("../../.github/scripts/previewReport.mjs");
  });
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "preview-report-"));
    await mkdir(path.join(dir, "reports"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const put = (name: string, text: string) => writeFile(path.join(dir, "reports", name), text);

  /** Runs the script against a repository that has these comments and one pull request. */
  async function report(run: WorkflowRun = fork, comments: Comment[] = []) {
    const asked: object[] = [];
    const outputs: Record<string, string> = {};
    const pulls = { list: "pulls" };
    const issues = {
      listComments: "comments",
      createComment: (one: object) => {
        comments.push({ id: 9, user: { login: "github-actions[bot]" }, ...one } as Comment);
        return Promise.resolve();
      },
      updateComment: ({ comment_id, body }: { comment_id: number; body: string }) => {
        const comment = comments.find(({ id }) => id === comment_id);
        assert.ok(comment);
        comment.body = body;
        return Promise.resolve();
      },
    };
    await script.reportPreview({
      github: {
        rest: { pulls, issues },
        paginate: (method, parameters) => {
          asked.push(parameters);
          const open = [
            { number: 7, head: { sha: "b".repeat(40) } },
            { number: 8, head: { sha: fork.head_sha } },
          ];
          return Promise.resolve(method === "pulls" ? open : comments);
        },
      },
      context: { repo: { owner: "ann", repo: "ecs-handson" }, payload: { workflow_run: run } },
      core: { setOutput: (name, value) => (outputs[name] = value), notice: () => undefined },
      env: { REPORTS: path.join(dir, "reports"), SARIF: path.join(dir, "checked.sarif") },
    });
    return { asked, outputs, comments };
  }

  it("is a comment with rule, file, line and remedy, and findings to upload for the pull request's head", async () => {
    await put("preview.md", formatReport(preview, "markdown"));
    await put("policies.sarif", formatReport(preview, "sarif"));
    await put("cost.txt", "│ total               │       │       0.174 │      126.71 │\n");
    const { asked, comments, outputs } = await report();
    assert.ok(asked.some((one) => "head" in one && one.head === "eve:main"));
    const [{ body } = { body: "" }] = comments;
    assert.match(body, /\[listener-https\]\(https:\/\/docs\.aws\.amazon\.com\/[^)]+\)/);
    assert.match(body, /components\/network\/loadBalancer\.ts:88 \|.*HTTPS/);
    assert.match(body, /A month costs 126\.71 USD\./);
    assert.ok(body.startsWith(script.marker));
    assert.doesNotMatch(body, /@everybody|#1/);
    assert.deepEqual(outputs, { ref: "refs/pull/8/head" });
    const log = JSON.parse(await readFile(path.join(dir, "checked.sarif"), "utf8")) as Log;
    const [result] = log.runs[0]?.results ?? [];
    assert.equal(result?.ruleId, "listener-https");
    assert.deepEqual(result.locations?.[0]?.physicalLocation, {
      artifactLocation: { uri: "components/network/loadBalancer.ts", uriBaseId: "%SRCROOT%" },
      region: { startLine: 88, startColumn: 3 },
    });
    const rule = log.runs[0]?.tool.driver.rules?.find(({ id }) => id === "listener-https");
    assert.match(rule?.help?.text ?? "", /HTTPS/);
  });

  it("replaces the previous one, but no comment of anybody else", async () => {
    await put("preview.md", "## second\n");
    const others = { id: 1, user: { login: "eve" }, body: `${script.marker} mine` };
    const first = { id: 2, user: { login: "github-actions[bot]" }, body: `${script.marker} first` };
    const { comments, outputs } = await report(fork, [others, first]);
    assert.equal(comments.length, 2);
    assert.equal(comments[0]?.body, `${script.marker} mine`);
    assert.match(comments[1]?.body ?? "", /## second/);
    assert.deepEqual(outputs, {});
  });

  it("says so when a preview had nothing to report", async () => {
    const { comments } = await report();
    assert.match(comments[0]?.body ?? "", /ended before it had anything to report/);
  });

  it("writes to no pull request whose head has moved on", async () => {
    await put("preview.md", "old");
    await put("policies.sarif", formatReport(preview, "sarif"));
    const { comments, outputs } = await report({ ...fork, head_sha: "c".repeat(40) });
    assert.deepEqual([comments, outputs], [[], {}]);
  });

  it("accepts findings of pushes only from the repository's default branch", async () => {
    await put("policies.sarif", formatReport(preview, "sarif"));
    const push = { ...fork, event: "push" };
    assert.deepEqual((await report(push)).outputs, {});
    const own = { ...push, head_repository: { ...fork.head_repository, ...fork.repository } };
    assert.deepEqual((await report(own)).outputs, { ref: "refs/heads/main" });
    assert.deepEqual((await report({ ...own, head_branch: "x" })).outputs, {});
  });

  it("is cut off if GitHub would reject it", async () => {
    await put("preview.md", "x".repeat(100_000));
    const { comments } = await report();
    assert.ok((comments[0]?.body.length ?? 0) < 65_536);
    assert.match(comments[0]?.body ?? "", /… cut off\./);
  });

  it("reads no files except those of the preview", async () => {
    await symlink("/etc/passwd", path.join(dir, "reports", "preview.md"));
    await assert.rejects(report(), /preview\.md is not a file/);
    await rm(path.join(dir, "reports", "preview.md"));
    await put("preview.md", "x".repeat(2 * 1024 * 1024 + 1));
    await assert.rejects(report(), /preview\.md has 2097153 bytes/);
  });

  it("lets no text mention anybody, embed anything or link elsewhere", () => {
    const pieces = [
      ...["@", "eve", "<", "img src=x>", "![", "](", "]: ", ")", "//", "https://", "://", "www."],
      ...[
        "https://evil.example/",
        "https://docs.aws.amazon.com/x",
        "javascript:x",
        "#",
        "12",
        "gh-3",
      ],
      ...["\u200b", "\u202e", "\n", " ", "`", "\\", "evil.example", "http", "s"],
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())), (parts) => {
        const text = script.harmless(parts.join(""));
        assert.doesNotMatch(text, /@(?!\u200b)|<(?!\u200b)|!\[|www\.|\]:/i);
        for (const [url] of text.matchAll(/[a-z\d+.-]*:\/\/\S*/gi)) {
          assert.match(url, /^https:\/\/docs\.aws\.amazon\.com\//);
        }
        assert.doesNotMatch(text, /\]\((?!https:\/\/docs\.aws\.amazon\.com\/)/);
        assert.doesNotMatch(text, /\u202e/);
      }),
    );
  });

  it("mentions nobody by a character entity", () => {
    for (const entity of ["&commat;", "&#64;", "&#x40;", "&lt;"]) {
      assert.match(script.harmless(`${entity}octocat`), /^&\u200b/);
    }
    assert.equal(script.harmless("this & that"), "this & that");
  });

  for (const [what, wrong, message] of [
    ["invalid JSON", "{", /not JSON/],
    ["another format", "{}", /no SARIF 2\.1\.0/],
    [
      "a path outside the repository",
      sarifWith({ uri: "../../etc/passwd" }),
      /no path of the repository/,
    ],
    ["a URL as a path", sarifWith({ uri: "https://evil.example" }), /no path of the repository/],
    ["no line", sarifWith({ startLine: 0 }), /no line and column/],
    ["a rule that is markup", sarifWith({ ruleId: "<b>" }), /a rule has no name/],
    ["an unknown level", sarifWith({ level: "none" }), /has no level/],
  ] as const) {
    it(`rejects findings with ${what}`, () => {
      assert.throws(() => script.checkedSarif(wrong), message);
    });
  }

  it("passes on only those parts of the findings that it knows", () => {
    const log = JSON.parse(formatReport(preview, "sarif")) as Log;
    Object.assign(log.runs[0] ?? {}, { versionControlProvenance: [{ repositoryUri: "x" }] });
    const checked = JSON.stringify(script.checkedSarif(JSON.stringify(log)));
    assert.doesNotMatch(checked, /versionControlProvenance|invocations/);
  });
});

function sarifWith(change: {
  uri?: string;
  startLine?: number;
  ruleId?: string;
  level?: string;
}): string {
  const log = JSON.parse(formatReport(preview, "sarif")) as Log;
  const [result] = log.runs[0]?.results ?? [];
  const { artifactLocation, region } = result?.locations?.[0]?.physicalLocation ?? {};
  if (change.uri !== undefined) Object.assign(artifactLocation ?? {}, { uri: change.uri });
  if (change.startLine !== undefined) Object.assign(region ?? {}, { startLine: change.startLine });
  Object.assign(result ?? {}, {
    ...(change.ruleId !== undefined && { ruleId: change.ruleId }),
    ...(change.level !== undefined && { level: change.level }),
  });
  return JSON.stringify(log);
}
