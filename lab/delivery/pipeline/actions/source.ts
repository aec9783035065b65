import { type ActionCall, ActionError, type ActionResult, type ActionContext } from "./action";

/** Takes the newest commit of a branch of a CodeCommit repository, as a zip archive of its files. */
export async function codeCommitSource(
  { repositories }: ActionContext,
  { action }: ActionCall,
): Promise<ActionResult> {
  const { RepositoryName: name = "", BranchName: branch = "" } = action.configuration;
  if (!repositories.names().includes(name)) {
    throw new ActionError(`The action failed because the repository ${name} does not exist.`);
  }
  const head = (await repositories.branches(name))[branch];
  if (head === undefined) {
    throw new ActionError(
      `The action failed because no branch named ${branch} was found in the selected AWS CodeCommit ` +
        `repository ${name}. Make sure you are using the correct branch name, and then try again. ` +
        "(npm run lab -- push creates the branch)",
    );
  }
  const { message, authoredAt } = await repositories.commit(name, head);
  const [artifact = ""] = action.outputArtifacts;
  return {
    summary: message,
    outputs: { [artifact]: await repositories.archive(name, head) },
    variables: {
      AuthorDate: authoredAt,
      BranchName: branch,
      CommitId: head,
      CommitMessage: message,
      RepositoryName: name,
    },
    revision: { commit: head, message: message.split("\n", 1)[0] ?? "" },
  };
}

/** GitHub and others through a connection, which the lab cannot reach. */
export function connectionSource(_: ActionContext, { action }: ActionCall): Promise<ActionResult> {
  const { FullRepositoryId: repository = "" } = action.configuration;
  throw new ActionError(
    `The connection to ${repository} is PENDING: complete its handshake in the AWS ` +
      "console. The lab reaches no other hosts; use cicdSource codecommit, which has a repository in the lab",
  );
}
