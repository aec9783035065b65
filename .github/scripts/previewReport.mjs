// Puts what a preview found onto its pull request. The preview ran code of the pull request, so its files may hold
// anything: their size and form are checked, and only GitHub's own event is trusted to say whose they are.
import { lstat, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

/** Marks the comment, to find it again. */
export const marker = "<!-- ecs-handson preview -->";

/** GitHub takes comments of 65,536 characters; the rest is room for what stands around the report. */
const longestComment = 60_000;
const longestText = 4_000;
const mostResults = 1_000;
const largestFile = 2 * 1024 * 1024;

/** Where links of a comment may lead. */
const linkable = /^https:\/\/docs\.aws\.amazon\.com\//;

/** Of no width: it parts what would be markup. */
const apart = "\u200b";

/**
 * Comments on the pull request of a preview's run, and writes its findings to the file `SARIF` for code scanning,
 * with the output `ref` if there are any to upload.
 *
 * @throws Error saying what is wrong with a file of the preview.
 */
export async function reportPreview({ github, context, core, env }) {
  const run = context.payload.workflow_run;
  const ref = run.event === "push" ? pushedRef(run) : await comment();
  if (ref === undefined) return;
  const sarif = await readReport(env.REPORTS, "policies.sarif");
  if (sarif === undefined) return;
  await writeFile(env.SARIF, JSON.stringify(checkedSarif(sarif)));
  core.setOutput("ref", ref);

  async function comment() {
    const pull = await findPull(github, context);
    if (pull === undefined) {
      core.notice(`no open pull request is at ${run.head_sha}`);
      return undefined;
    }
    const report = await readReport(env.REPORTS, "preview.md");
    const cost = await readReport(env.REPORTS, "cost.txt");
    await upsertComment(github, context, pull.number, commentOf(run, report, cost));
    return `refs/pull/${pull.number}/head`;
  }
}

/** Only the default branch's own pushes are previewed. */
function pushedRef({ head_branch, head_repository, repository }) {
  const own = head_repository.full_name === repository.full_name;
  return own && head_branch === repository.default_branch ? `refs/heads/${head_branch}` : undefined;
}

/** The pull request that a run was for: a fork's is not named in the event, but its branch and commit are. */
async function findPull(github, { repo, payload: { workflow_run: run } }) {
  if (run.event !== "pull_request") return undefined;
  const head = `${run.head_repository.owner.login}:${run.head_branch}`;
  const pulls = await github.paginate(github.rest.pulls.list, { ...repo, state: "open", head });
  return pulls.find((pull) => pull.head.sha === run.head_sha);
}

/** One comment per pull request, which each run rewrites. */
async function upsertComment(github, { repo }, number, body) {
  const parameters = { ...repo, issue_number: number };
  const comments = await github.paginate(github.rest.issues.listComments, parameters);
  const mine = comments.find(
    (one) => one.user?.login === "github-actions[bot]" && one.body?.startsWith(marker),
  );
  if (mine) await github.rest.issues.updateComment({ ...repo, comment_id: mine.id, body });
  else await github.rest.issues.createComment({ ...parameters, body });
}

function commentOf({ head_sha, html_url }, report, cost) {
  const given = report ?? "❌ The preview ended before it had anything to report.";
  const text = harmless(given.slice(0, longestComment + 1));
  const short =
    text.length > longestComment ? `${text.slice(0, longestComment)}\n\n… cut off.` : text;
  const estimate = cost === undefined ? [] : [`A month costs ${total(cost)} USD.`];
  return [
    marker,
    short,
    ...estimate,
    `Commit ${head_sha}, previewed in the lab; [the run](${html_url}) has the picture and the costs.`,
  ].join("\n\n");
}

/** The last number of the line in which the estimate's parts are summed. */
function total(cost) {
  return /total .*?(\d+\.\d\d)\D*$/m.exec(cost)?.[1] ?? "an unknown number of";
}

/** A file of the preview, or nothing if it has none. */
async function readReport(folder, name) {
  const file = path.join(folder, name);
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new Error(`${name} is not a file`);
  if (found.size > largestFile) throw new Error(`${name} has ${found.size} bytes`);
  return readFile(file, "utf8");
}

/**
 * Markdown that mentions nobody, holds no HTML and no pictures, refers to no issue and leads nowhere but to the
 * documentation that rules refer to. What is written stays to be read.
 */
export function harmless(markdown) {
  return (
    markdown
      // Characters that are not seen, or that turn the order of those that are.
      .replace(/(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
      .replace(/[<@]/g, `$&${apart}`)
      // `&commat;` and `&#x40;` would be shown, and read, as the characters they stand for.
      .replace(/&(?=#?\w)/g, `&${apart}`)
      .replace(/#(?=\d)|GH-(?=\d)/gi, `$&${apart}`)
      .replace(/!(?=\[)/g, `!${apart}`)
      .replace(/www\./gi, `www${apart}.`)
      .replace(/[a-z\d+.-]{0,32}:\/\/[^\s)\]]*/gi, (url) => {
        const plain = url.replaceAll(`#${apart}`, "#").replaceAll(`&${apart}`, "&");
        const leadsThere = linkable.test(plain) && !plain.includes(apart);
        return leadsThere ? plain : url.replaceAll("://", `:${apart}//`);
      })
      .replace(/\]\((?!https:\/\/)/g, `]${apart}(`)
      .replace(/\]:/g, `]${apart}:`)
  );
}

/**
 * The findings of a preview in SARIF, rebuilt from only what code scanning shows.
 *
 * @throws Error saying what is invalid.
 */
export function checkedSarif(text) {
  const given = json(text);
  const run = given?.runs?.[0];
  if (given?.version !== "2.1.0" || given.runs.length !== 1)
    throw new Error("no SARIF 2.1.0 with one run");
  const rules = list(run.tool?.driver?.rules, "rules").map(checkedRule);
  const results = list(run.results, "results").map(checkedResult);
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [{ tool: { driver: { name: "ecs-handson", rules } }, results }],
  };
}

function checkedRule(rule) {
  const help = rule.helpUri;
  return {
    id: identifier(rule.id),
    shortDescription: { text: string(rule.shortDescription?.text, "description of a rule") },
    help: { text: string(rule.help?.text, "help of a rule") },
    ...(typeof help === "string" && linkable.test(help) ? { helpUri: help } : {}),
  };
}

function checkedResult(result) {
  const { artifactLocation, region } = result.locations?.[0]?.physicalLocation ?? {};
  const fingerprint = result.partialFingerprints?.["ruleAndResource/v1"];
  if (!["error", "warning", "note"].includes(result.level))
    throw new Error("a result has no level");
  return {
    ruleId: identifier(result.ruleId),
    level: result.level,
    message: { text: string(result.message?.text, "message of a result") },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: sourcePath(artifactLocation?.uri), uriBaseId: "%SRCROOT%" },
          region: {
            startLine: positive(region?.startLine),
            startColumn: positive(region?.startColumn),
          },
        },
      },
    ],
    ...(/^[0-9a-f]{64}$/.test(fingerprint)
      ? { partialFingerprints: { "ruleAndResource/v1": fingerprint } }
      : {}),
  };
}

function list(value, what) {
  if (!Array.isArray(value) || value.length > mostResults) {
    throw new Error(`${what}: no list of at most ${mostResults}`);
  }
  return value;
}

function identifier(value) {
  if (typeof value === "string" && /^[a-z\d][a-z\d-]{0,99}$/.test(value)) return value;
  throw new Error("a rule has no name of small letters, digits and hyphens");
}

function string(value, what) {
  if (typeof value !== "string" || value === "") throw new Error(`${what}: no text`);
  return value.slice(0, longestText);
}

/** A path inside the repository. */
function sourcePath(value) {
  const inside =
    typeof value === "string" &&
    /^[\w.-]+(\/[\w.-]+)*$/.test(value) &&
    !value.split("/").includes("..");
  if (inside) return value;
  throw new Error("a result is at no path of the repository");
}

function positive(value) {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error("a result has no line and column from 1");
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("policies.sarif is not JSON");
  }
}
