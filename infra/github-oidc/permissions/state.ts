import type { Statement } from "../../../components/shared/iamPolicies";
import { may, project, type Scope } from "./scope";

/** Prefix of the copies of the stacks' states without secrets, a separate backend in the bucket. */
const copies = "preview/";

/** Keys of the records of classes. */
const records = "classes/*";

/**
 * Where Pulumi keeps a stack in a bucket: the state with its backup, its history, and its lock. Other stacks and other
 * projects, above all the one with these roles, have other keys.
 *
 * Source: Pulumi, pkg/backend/diy, `projectReferenceStore` and `stackLockDir`.
 */
const stackKeys = ({ stacks }: Scope, root = "") =>
  stacks.flatMap((stack) =>
    [
      `stacks/${project}/${stack}.json*`,
      `history/${project}/${stack}/*`,
      `backups/${project}/${stack}/*`,
      `locks/organization/${project}/${stack}/*`,
    ].map((key) => `${root}.pulumi/${key}`),
  );

const objects = ({ stateBucket }: Scope, keys: readonly string[]) =>
  keys.map((key) => `arn:aws:s3:::${stateBucket}/${key}`);

/** Without permission to list, S3 reports a missing object as forbidden. */
const listing = ({ stateBucket }: Scope) =>
  may("s3", ["ListBucket"], `arn:aws:s3:::${stateBucket}`);

/** Reads the copies of the stacks' states. It needs no key, because they contain nothing encrypted. */
export function readCopies(scope: Scope): Statement[] {
  const keys = scope.stacks.map((stack) => `${copies}.pulumi/stacks/${project}/${stack}.json*`);
  return [
    listing(scope),
    may("s3", ["GetObject"], objects(scope, [`${copies}.pulumi/meta.yaml`, ...keys])),
  ];
}

/** Reads and writes the stacks' states with their encrypted secrets, the copies, and the records of classes. */
export function keepState(scope: Scope): Statement[] {
  const keys = [...stackKeys(scope), ...stackKeys(scope, copies)];
  return [
    listing(scope),
    may("s3", ["GetObject"], objects(scope, [".pulumi/meta.yaml"])),
    may("s3", ["GetObject", "PutObject"], objects(scope, [records, `${copies}.pulumi/meta.yaml`])),
    may("s3", ["DeleteObject", "GetObject", "PutObject"], objects(scope, keys)),
    may("kms", ["Decrypt", "Encrypt"], scope.secretsKeyArn),
  ];
}
