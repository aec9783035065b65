import { isAbsent, makeRule, practice, UNKNOWN } from "ecs-handson-policies";

export default makeRule(
  {
    name: "acme-topic-encrypted",
    description: "Topics encrypt their messages.",
    level: "mandatory",
    severity: "high",
    framework: practice("Topics encrypt their messages"),
    remediationSteps: "Set kmsMasterKeyId to the key's alias.",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
    types: ["aws:sns/topic:Topic"],
  },
  {
    resource({ props: { kmsMasterKeyId } }, report) {
      if (kmsMasterKeyId === UNKNOWN) {
        report.unknown("kmsMasterKeyId");
      } else if (isAbsent(kmsMasterKeyId)) {
        report.fail('The topic is not encrypted: set kmsMasterKeyId: "alias/aws/sns".');
      }
    },
  },
);
