import { INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import { credentialIn } from "../lib/credentials/find";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

const BASE64 = /^[A-Za-z0-9+/\s]+=*\s*$/;

/** User data as the instance reads it; it may be given as it is or in Base64. */
const decoded = (text: string): string =>
  BASE64.test(text) ? `${text}\n${Buffer.from(text, "base64").toString("utf8")}` : text;

export default makeRule(
  {
    name: "ec2-user-data-no-plaintext-secrets",
    description: "The user data of EC2 instances has no credentials in it.",
    level: "mandatory",
    severity: "critical",
    framework: checkov("CKV_AWS_46", "No hard-coded secrets exist in EC2 user data"),
    remediationSteps:
      "Let the instance fetch the value from Secrets Manager or Parameter Store with its role, when it starts.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
    types: [LAUNCH_TEMPLATE, INSTANCE, LAUNCH_CONFIGURATION],
  },
  {
    resource({ props }, report) {
      for (const property of ["userData", "userDataBase64"]) {
        const value = props[property];
        if (value === UNKNOWN) {
          report.unknown(property);
        } else if (typeof value === "string") {
          const found = credentialIn(decoded(value));
          if (found !== undefined) report.fail(`${property} holds ${found} in plain text.`);
        }
      }
    },
  },
);
