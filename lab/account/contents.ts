import { existsSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";

import { contentsFile } from "./folderContents";
import type { AccountView, ResourceRecord } from "./record";
import { PUSHED_IMAGE } from "./types/ecr/tokens";
import { BUCKET_OBJECT } from "./types/s3/tokens";

/** Prefix of content that is still being written and has no record yet. */
export const UNFINISHED = "new-";

/** A folder in the state folder, and the names in it that belong to records of the account. */
interface Holder {
  readonly folder: string;
  /** Types whose deletion may leave something behind. */
  readonly type: string;
  readonly namesOf: (record: ResourceRecord) => readonly string[];
}

const holders: readonly Holder[] = [
  {
    folder: "images",
    type: PUSHED_IMAGE,
    namesOf: ({ inputs }) => {
      const folder = String(inputs.digest).replace("sha256:", "");
      return [folder, contentsFile(folder)];
    },
  },
  { folder: "layers", type: PUSHED_IMAGE, namesOf: layersOf },
  { folder: "objects", type: BUCKET_OBJECT, namesOf: (object) => [sha256Of(object)] },
  {
    folder: "git",
    type: "aws:codecommit/repository:Repository",
    namesOf: ({ id }) => [`${id}.git`],
  },
  { folder: "pipelines", type: "aws:codepipeline/pipeline:Pipeline", namesOf: ({ id }) => [id] },
];

/** Digests in an image's manifest, including those of its layers. */
function layersOf({ inputs }: Pick<ResourceRecord, "inputs">): string[] {
  const { manifest } = inputs as { manifest?: string };
  return [...(manifest ?? "").matchAll(/"sha256:([0-9a-f]{64})"/g)].map(([, hex = ""]) => hex);
}

/** The content's digest as recorded by {@link ../pipeline/artifacts}; absent for objects of programs. */
function sha256Of({ inputs }: Pick<ResourceRecord, "inputs">): string {
  return (inputs.metadata as { sha256?: string } | undefined)?.sha256 ?? "";
}

/**
 * Keeps the content files in step with the account's records: the content of a repository, bucket, git repository or
 * pipeline is deleted with its record, whichever process deletes that. At the start, deletes whatever a killed lab left
 * without a record.
 *
 * @param account the account that this process has open
 * @param stateDir the lab's state folder
 * @returns a function that stops it
 */
export function followContents(account: AccountView, stateDir: string): () => void {
  for (const holder of holders) sweep(account, stateDir, holder, () => false);
  return account.onChange(({ before, after }) => {
    if (after !== undefined) return;
    for (const holder of holders) {
      if (holder.type !== before?.type) continue;
      sweep(account, stateDir, holder, (name) => name.startsWith(UNFINISHED));
    }
  });
}

function sweep(
  account: AccountView,
  stateDir: string,
  { folder, type, namesOf }: Holder,
  isKept: (name: string) => boolean,
): void {
  const dir = path.join(stateDir, folder);
  if (!existsSync(dir)) return;
  const known = new Set(account.list(type).flatMap(namesOf));
  for (const { name } of readdirSync(dir, { withFileTypes: true })) {
    if (known.has(name) || isKept(name)) continue;
    rmSync(path.join(dir, name), { recursive: true, force: true });
  }
  if (known.size === 0 && readdirSync(dir).length === 0) rmSync(dir, { recursive: true });
}
