import { fieldsOf } from "../graph/inputs";
import { CLUSTER } from "../graph/tokens";
import { field, items, toText, UNKNOWN, type Value } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

const isInsights = (setting: Value) => field(setting, "name") === "containerInsights";
const isOn = (setting: Value) => ["enabled", "enhanced"].includes(toText(field(setting, "value")));

export default makeRule(
  {
    name: "ecs-cluster-container-insights",
    description: "ECS clusters use Container Insights.",
    level: "remediate",
    severity: "low",
    framework: securityHub("ECS.12", "ECS clusters use Container Insights"),
    tags: ["checkov:CKV_AWS_65"],
    remediationSteps:
      'Set settings: [{ name: "containerInsights", value: "enabled" }] on the cluster, or "enhanced".',
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html",
    types: [CLUSTER],
  },
  {
    resource({ props }, report) {
      const settings = items(props.settings);
      const insights = settings.find(isInsights);
      if (insights && field(insights, "value") !== UNKNOWN) {
        if (!isOn(insights)) {
          report.fail("settings has containerInsights, and it is not on.");
        }
      } else if (insights || settings.some((setting) => field(setting, "name") === UNKNOWN)) {
        report.unknown("settings");
      } else {
        report.fail("settings has no containerInsights.");
      }
    },
    remediate({ props }) {
      const settings = items(fieldsOf(props).settings);
      const index = settings.findIndex(isInsights);
      const insights = settings[index];
      if (insights === undefined) {
        if (settings.some((setting) => field(setting, "name") === UNKNOWN)) {
          return undefined;
        }
        props.settings ??= [];
        const list = props.settings as object[];
        list[settings.length] = { name: "containerInsights", value: "enabled" };
        return props;
      }
      if (isOn(insights) || field(insights, "value") === UNKNOWN) {
        return undefined;
      }
      // Changing only this value keeps the others, including secrets.
      const list = props.settings as object[];
      Object.assign(list[index] ?? {}, { value: "enabled" });
      return props;
    },
  },
);
