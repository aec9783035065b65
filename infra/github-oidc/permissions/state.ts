import type { Statement } from "../../../components/shared/iamPolicies";
import { may, project, type Scope } from "./scope";

/** Where the copies of the stacks' states are that have no secrets, a backend of its own in the bucket. */
const copies = "preview/";

/** Where the records of classes are. */
const records = "classes/*";

/**
 * Where Pulumi keeps a stack in a bucket: the state with its backup, what was, and its lock. Others' stacks and other
 * projects, the one of these roles first of all, have other places.
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

/** Names only: without them S3 says of what is missing that it is forbidden. */
const listing = ({ stateBucket }: Scope) =>
  may("s3", ["ListBucket"], `arn:aws:s3:::${stateBucket}`);

/** The copies of its stacks, but no key: the copies contain nothing encrypted. */
export function readCopies(scope: Scope): Statement[] {
  const keys = scope.stacks.map((stack) => `${copies}.pulumi/stacks/${project}/${stack}.json*`);
  return [
    listing(scope),
    may("s3", ["GetObject"], objects(scope, [`${copies}.pulumi/meta.yaml`, ...keys])),
  ];
}

/** The stacks' states with the encrypted secrets in them, their copies and the records of classes. */
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
