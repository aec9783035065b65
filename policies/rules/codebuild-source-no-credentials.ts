import { CODEBUILD_PROJECT } from "../graph/tokens";
import { field, items, UNKNOWN } from "../graph/value";
import { credentialIn } from "../lib/credentials/find";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";
import { knownPart } from "../lib/unknown";

/** A token in place of the user, as GitHub and others accept it; in Bitbucket's clone URLs, the user is a name. */
const TOKEN_AS_USER = /^https?:\/\/(?=[^\s/@]*\d)[\w%.~-]{16,}@/i;

export default makeRule(
  {
    name: "codebuild-source-no-credentials",
    description: "The URL of a build's source contains no credentials.",
    level: "mandatory",
    severity: "critical",
    framework: securityHub("CodeBuild.1", "CodeBuild source repository URLs have no credentials"),
    remediationSteps:
      "Write the URL without user and password, and give CodeBuild a connection: source.auth of type CODECONNECTIONS.",
    url: "https://docs.aws.amazon.com/codebuild/latest/userguide/access-tokens.html",
    types: [CODEBUILD_PROJECT],
  },
  {
    resource({ props }, report) {
      const { source, secondarySources } = knownPart(props, ["source", "secondarySources"], report);
      for (const each of [...items(source), ...items(secondarySources)]) {
        const location = field(each, "location");
        if (location === UNKNOWN) {
          report.unknown("The location of a source");
        } else if (typeof location === "string") {
          if (credentialIn(location) !== undefined || TOKEN_AS_USER.test(location)) {
            report.fail("The location of a source contains a credential.");
          }
        }
      }
    },
  },
);
