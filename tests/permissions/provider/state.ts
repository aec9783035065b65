import type { Call } from "../deployed";

const source = "Pulumi, pkg/backend/diy: state.go, store.go and lock.go";

const on = (actions: string[], resource: string, from = source): Call[] =>
  actions.map((action) => ({ action, resource, source: from }));

const [get, put, remove] = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];

/** Keys that an update of a stack writes in a bucket. */
export const stackKeys = (stack: string, project = "ecs-handson") => [
  `.pulumi/stacks/${project}/${stack}.json`,
  `.pulumi/stacks/${project}/${stack}.json.bak`,
  `.pulumi/history/${project}/${stack}/${stack}-1.history.json`,
  `.pulumi/backups/${project}/${stack}/${stack}.1.json`,
  `.pulumi/locks/organization/${project}/${stack}/1.json`,
];

/** What an update does with a bucket and a key: its state, the copy without secrets, the record of a class. */
export const updateStateCalls = (bucket: string, key: string, stack: string): Call[] => [
  ...on(["s3:ListBucket"], `arn:aws:s3:::${bucket}`),
  ...on([get], `arn:aws:s3:::${bucket}/.pulumi/meta.yaml`),
  ...on([get, put], `arn:aws:s3:::${bucket}/preview/.pulumi/meta.yaml`),
  ...["", "preview/"].flatMap((root) =>
    stackKeys(stack).flatMap((object) =>
      on([get, put, remove], `arn:aws:s3:::${bucket}/${root}${object}`),
    ),
  ),
  ...on(
    [get, put],
    `arn:aws:s3:::${bucket}/classes/spring.class.json`,
    ".github/workflows/class.yml, aws s3 sync",
  ),
  ...on(
    ["kms:Decrypt", "kms:Encrypt"],
    key,
    "Pulumi, pkg/secrets/cloud, by gocloud.dev/secrets/awskms",
  ),
];

/** What a preview does: it reads the copy. */
export const previewStateCalls = (bucket: string, stack: string): Call[] => [
  ...on(["s3:ListBucket"], `arn:aws:s3:::${bucket}`),
  ...on([get], `arn:aws:s3:::${bucket}/preview/.pulumi/meta.yaml`),
  ...on([get], `arn:aws:s3:::${bucket}/preview/.pulumi/stacks/ecs-handson/${stack}.json`),
];
