import { PIPELINE } from "../graph/tokens";
import { field, isAbsent, items, toText, UNKNOWN } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";
import { knownPart } from "../lib/unknown";

export default makeRule(
  {
    name: "codepipeline-no-oauth-token-source",
    description: "Pipelines take their source through a connection, not with a personal token.",
    level: "mandatory",
    severity: "high",
    framework: practice("No GitHub token is kept in a pipeline"),
    remediationSteps:
      "Use the owner AWS and the provider CodeStarSourceConnection, with the ConnectionArn of a CodeConnections connection.",
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/update-github-action-connections.html",
    types: [PIPELINE],
  },
  {
    resource({ props }, report) {
      for (const stage of items(knownPart(props, ["stages"], report).stages)) {
        for (const action of items(field(stage, "actions"))) {
          const [owner, provider, configuration] = ["owner", "provider", "configuration"].map(
            (name) => field(action, name),
          );
          // An unknown token is still a token.
          const token = configuration === UNKNOWN ? undefined : field(configuration, "OAuthToken");
          if ((owner === "ThirdParty" && provider === "GitHub") || !isAbsent(token)) {
            const name = toText(field(action, "name"));
            report.fail(`The action ${name} reaches GitHub with an OAuth token.`);
          } else if ([action, owner, provider, configuration].includes(UNKNOWN)) {
            report.unknown("How a pipeline reaches its source");
          }
        }
      }
    },
  },
);
