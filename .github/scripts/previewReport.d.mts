/** What the action actions/github-script gives to a script, as far as this one uses it. */
export interface ScriptArguments {
  github: {
    rest: {
      pulls: { list: unknown };
      issues: {
        listComments: unknown;
        createComment(comment: object): Promise<unknown>;
        updateComment(comment: object): Promise<unknown>;
      };
    };
    paginate(method: unknown, parameters: object): Promise<unknown[]>;
  };
  context: { repo: { owner: string; repo: string }; payload: { workflow_run: WorkflowRun } };
  core: { setOutput(name: string, value: string): void; notice(text: string): void };
  /** `REPORTS`: folder of the preview's files; `SARIF`: where the checked findings go. */
  env: Record<string, string | undefined>;
}

export interface WorkflowRun {
  event: string;
  conclusion: string;
  head_sha: string;
  head_branch: string;
  head_repository: { full_name: string; owner: { login: string } };
  repository: { full_name: string; default_branch: string };
  html_url: string;
}

export const marker: string;
export function reportPreview(given: ScriptArguments): Promise<void>;
export function harmless(markdown: string): string;
export function checkedSarif(text: string): object;
