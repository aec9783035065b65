import {
  CLUSTER,
  CODEBUILD_PROJECT,
  ECR_REPOSITORY,
  LAUNCH_TEMPLATE,
  LOAD_BALANCERS,
  LOG_GROUP,
  PIPELINE,
  ROLE,
  SECURITY_GROUP,
  SERVICE,
  TASK_DEFINITION,
  VPCS,
} from "../graph/tokens";
import { field, type Fields, plain, UNKNOWN, type Value } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings {
  readonly tagNames: readonly string[];
}

export default makeRule<Settings>(
  {
    name: "required-tags",
    description: "Resources have the tags that identify their costs and owner.",
    level: "advisory",
    severity: "low",
    framework: practice("Anyone who finds a resource can identify its stack, learner and project"),
    remediationSteps: "Set the tags once, in the provider's defaultTags.",
    url: "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    types: [
      CLUSTER,
      CODEBUILD_PROJECT,
      ECR_REPOSITORY,
      LAUNCH_TEMPLATE,
      ...LOAD_BALANCERS,
      LOG_GROUP,
      PIPELINE,
      ROLE,
      SECURITY_GROUP,
      SERVICE,
      TASK_DEFINITION,
      ...VPCS,
    ],
    settings: {
      tagNames: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description: "Names of the tags.",
        default: ["stack", "learner", "project"],
      },
    },
  },
  {
    resource({ props, provider, settings }, report) {
      const sources: readonly Value[] = [props.tags, props.tagsAll, defaultTags(provider)];
      const missing = settings.tagNames.filter((name) =>
        sources.every((tags) => tags === UNKNOWN || field(tags, name) === undefined),
      );
      if (missing.length > 0 && sources.includes(UNKNOWN)) {
        report.unknown("tags");
      } else if (missing.length > 0) {
        report.fail(`Missing tags: ${missing.join(", ")}.`);
      }
    },
  },
);

// A provider's configuration arrives as JSON.
function defaultTags(provider: Fields): Value {
  const { defaultTags: given } = provider;
  if (typeof given !== "string") {
    return field(given, "tags");
  }
  try {
    return field(plain(JSON.parse(given)), "tags");
  } catch {
    return undefined;
  }
}
