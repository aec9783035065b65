import { SERVICE, TASK_SET } from "../graph/tokens";
import { isAbsent, toText, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

/** The latest versions for Linux and for Windows. Source: Amazon ECS developer guide, "Fargate platform versions". */
const LATEST = ["LATEST", "1.4.0", "1.0.0"];

export default makeRule(
  {
    name: "ecs-service-platform-version",
    description: "Fargate services run on the latest platform version.",
    level: "advisory",
    severity: "medium",
    framework: securityHub(
      "ECS.10",
      "ECS Fargate services run on the latest Fargate platform version",
    ),
    tags: ["checkov:CKV_AWS_332"],
    remediationSteps: "Leave platformVersion out, or set it to LATEST.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html",
    types: [SERVICE, TASK_SET],
  },
  {
    resource({ props: { platformVersion } }, report) {
      if (platformVersion === UNKNOWN) {
        report.unknown("platformVersion");
      } else if (!isAbsent(platformVersion) && !LATEST.includes(toText(platformVersion))) {
        report.fail("platformVersion holds the service back on an old version.");
      }
    },
  },
);
