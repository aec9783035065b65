import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { imagesOf } from "../dockerBuild";
import { mustExist } from "../shared";
import { PUSHED_IMAGE, REPOSITORY } from "./tokens";

/** Images of a repository, whether pushed by the program or otherwise. */
export function contentsOf(
  context: AccountContext,
  { id, outputs }: ResourceRecord,
): ResourceRecord[] {
  const pushed = context.list(PUSHED_IMAGE).filter(({ inputs }) => inputs.repository === id);
  return [...imagesOf(context, outputs.repositoryUrl), ...pushed];
}

export function findRepository(context: AccountContext, name: string): ResourceRecord | undefined {
  return context.get(REPOSITORY, name);
}

/** The repository with that name, or ECR's error. */
export function mustHaveRepository(context: AccountContext, name: string): ResourceRecord {
  return mustExist(
    context,
    REPOSITORY,
    name,
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id ` +
      `'${context.accountId}'`,
  );
}
