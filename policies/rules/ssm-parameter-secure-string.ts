import { SSM_PARAMETER } from "../graph/tokens";
import { toText, UNKNOWN } from "../graph/value";
import { credentialOf, mustBeCredential } from "../lib/credentials/find";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ssm-parameter-secure-string",
    description: "Parameters with credentials are encrypted.",
    level: "mandatory",
    severity: "high",
    framework: checkov("CKV2_AWS_34", "AWS SSM Parameter is encrypted"),
    remediationSteps: "Set the parameter's type to SecureString.",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    types: [SSM_PARAMETER],
  },
  {
    resource({ name, props }, report) {
      const { type, value, insecureValue } = props;
      if (type === "SecureString") return;
      // The last part of the path says what the value is.
      const path = toText(props.name === undefined || props.name === UNKNOWN ? name : props.name);
      const last = path.split("/").at(-1) ?? path;
      for (const given of [value, insecureValue]) {
        if (given === UNKNOWN) {
          if (type !== UNKNOWN && mustBeCredential(last)) {
            report.fail(
              "The parameter is named like a credential, and its type is not SecureString.",
            );
          } else {
            report.unknown("Whether the parameter is a credential");
          }
        } else if (typeof given === "string") {
          const found = credentialOf(last, given);
          if (found !== undefined && type === UNKNOWN) report.unknown("type");
          else if (found !== undefined) {
            report.fail(`The parameter is ${found}, and its type is not SecureString.`);
          }
        }
      }
    },
  },
);
