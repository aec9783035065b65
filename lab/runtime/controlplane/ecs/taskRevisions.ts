import type { AccountView, LiveAccount, ResourceRecord } from "../../../account/record";
import { ECS_TYPES, familyAndRevision } from "./ecs";

/** A request for a copy of a revision with other container images. */
export interface RevisionRequest {
  /** ARN of the revision to start from, `family:revision`, or `family` for its latest. */
  readonly from: string;
  /** Images by the container's name; the other containers keep theirs. */
  readonly images: Readonly<Record<string, string>>;
}

/**
 * Registers a revision outside of any stack, as CodePipeline's ECS actions do. The account deletes it together with the
 * last revision of the family that a stack declares.
 *
 * @returns its ARN
 * @throws {Error} when there is no such revision, or it has no such container
 */
export async function registerTaskDefinition(
  account: LiveAccount,
  { from, images }: RevisionRequest,
): Promise<string> {
  const base = findTaskDefinition(account, from);
  if (base === undefined) throw new Error(`There is no task definition ${from}.`);
  const containers = JSON.parse(String(base.inputs.containerDefinitions)) as {
    name: string;
    image: string;
  }[];
  const strangers = Object.keys(images).filter(
    (name) => !containers.some((container) => container.name === name),
  );
  if (strangers.length > 0) {
    throw new Error(
      `The task definition ${familyAndRevision(base.id)} has no container ${strangers.join(", ")}, ` +
        `only ${containers.map(({ name }) => name).join(", ")}.`,
    );
  }
  const record = await account.create({
    type: ECS_TYPES.taskDefinition,
    urn: "urn:lab:register",
    region: base.id.split(":")[3] ?? "",
    inputs: {
      ...base.inputs,
      containerDefinitions: JSON.stringify(
        containers.map((container) => ({
          ...container,
          image: images[container.name] ?? container.image,
        })),
      ),
    },
  });
  return record.id;
}

/**
 * A task definition by ARN, `family:revision`, or `family` for its latest revision.
 * @param among the account, or the revisions to search
 */
export function findTaskDefinition(
  among: Pick<AccountView, "list"> | readonly ResourceRecord[],
  reference: string,
): ResourceRecord | undefined {
  const all = "list" in among ? among.list(ECS_TYPES.taskDefinition) : among;
  return (
    all.find(({ id }) => id === reference || id.endsWith(`/${reference}`)) ??
    all
      .filter(({ outputs }) => outputs.family === reference)
      .sort((one, other) => Number(other.outputs.revision) - Number(one.outputs.revision))[0]
  );
}
