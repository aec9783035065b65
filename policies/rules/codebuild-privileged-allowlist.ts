import { CODEBUILD_PROJECT } from "../graph/tokens";
import { field, isTrue, UNKNOWN } from "../graph/value";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings {
  readonly allowedProjects: readonly string[];
}

export default makeRule<Settings>(
  {
    name: "codebuild-privileged-allowlist",
    description: "CodeBuild projects are privileged only where listed.",
    level: "advisory",
    severity: "medium",
    framework: checkov("CKV_AWS_316", "CodeBuild project environments are not privileged"),
    remediationSteps:
      "Remove privilegedMode, or list the project in the rule's allowedProjects if it builds images.",
    url: "https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html",
    types: [CODEBUILD_PROJECT],
    settings: {
      allowedProjects: {
        type: "array",
        items: { type: "string" },
        description: "Names, in the program or in AWS, of projects that may be privileged.",
        default: [],
      },
    },
  },
  {
    resource({ name, props, settings }, report) {
      const privileged = field(props.environment, "privilegedMode");
      const listed = settings.allowedProjects.some((allowed) =>
        [name, props.name].includes(allowed),
      );
      if (listed) {
        return;
      }
      if (privileged === UNKNOWN) {
        report.unknown("environment.privilegedMode");
      } else if (isTrue(privileged)) {
        report.fail(
          "environment.privilegedMode is true, and allowedProjects does not list the project.",
        );
      }
    },
  },
);
