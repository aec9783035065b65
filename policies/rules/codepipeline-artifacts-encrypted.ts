import { PIPELINE } from "../graph/tokens";
import { field, isAbsent, items, UNKNOWN } from "../graph/value";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "codepipeline-artifacts-encrypted",
    description: "Pipeline artifacts are encrypted with one of the account's keys.",
    level: "advisory",
    severity: "low",
    framework: checkov("CKV_AWS_219", "CodePipeline artifact stores use a KMS CMK"),
    remediationSteps: 'Set encryptionKey: { id, type: "KMS" } on every artifact store.',
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html",
    types: [PIPELINE],
  },
  {
    resource({ props }, report) {
      for (const store of items(props.artifactStores)) {
        const key = field(store, "encryptionKey");
        const id = field(key, "id");
        // A new key's id is unknown at preview; it is enough that there is one.
        if (store === UNKNOWN || key === UNKNOWN) {
          report.unknown("artifactStores.encryptionKey");
        } else if (isAbsent(id)) {
          report.fail("An artifact store has no encryptionKey.");
        }
      }
    },
  },
);
