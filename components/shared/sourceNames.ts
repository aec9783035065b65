/** Source: `git check-ref-format`, limited to names that need no quoting in a shell. */
export function branchProblem(branch: string): string | undefined {
  const isFine =
    /^\w[\w./-]{0,199}$/.test(branch) && !/\.\.|\/\/|\/\.|[./]$|\.lock(\/|$)/.test(branch);
  return isFine
    ? undefined
    : `branch "${branch}" is not a branch's name such as main or feature/cart`;
}

/** Source: GitHub Docs, the forms of user names and repository names. */
export function githubRepositoryProblem(repository: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[\w.-]{1,100}$/.test(repository)
    ? undefined
    : `repository "${repository}" must be <owner>/<repository>`;
}

/** Connections created before the service was renamed have its old name in their ARN. */
export function connectionProblem(connectionArn: string): string | undefined {
  const form = /^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/.+$/;
  return form.test(connectionArn)
    ? undefined
    : `"${connectionArn}" is not the ARN of a connection such as arn:aws:codeconnections:…:connection/…`;
}

/** Source: AWS CodeCommit API reference, "CreateRepository", with room for the stack's name. */
export function codeCommitProblem(repositoryName: string): string | undefined {
  return /^[\w.-]{1,80}$/.test(repositoryName) && !repositoryName.endsWith(".git")
    ? undefined
    : `repositoryName "${repositoryName}" must be 1 to 80 letters, digits and . _ -, not ending in .git`;
}

/** Reports that a text is not an e-mail address. AWS itself verifies whether the address exists, by sending to it. */
export function emailProblem(address: string): string | undefined {
  return /^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(address)
    ? undefined
    : `"${address}" is not an e-mail address such as me@example.com`;
}
