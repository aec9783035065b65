import { INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, SPOT_INSTANCE } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import { credentialInside } from "../lib/credentials/find";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ec2-user-data-no-plaintext-secrets",
    description: "The user data of EC2 instances contains no credentials.",
    level: "mandatory",
    severity: "critical",
    framework: checkov("CKV_AWS_46", "No hard-coded secrets exist in EC2 user data"),
    remediationSteps:
      "Let the instance fetch the value from Secrets Manager or Parameter Store with its role, when it starts.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
    types: [LAUNCH_TEMPLATE, INSTANCE, LAUNCH_CONFIGURATION, SPOT_INSTANCE],
  },
  {
    resource({ props }, report) {
      for (const property of ["userData", "userDataBase64"]) {
        const value = props[property];
        if (value === UNKNOWN) {
          report.unknown(property);
        } else if (typeof value === "string") {
          const found = credentialInside(value);
          if (found !== undefined) report.fail(`${property} holds ${found} in plain text.`);
        }
      }
    },
  },
);
