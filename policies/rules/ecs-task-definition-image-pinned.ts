import { TASK_DEFINITION } from "../graph/tokens";
import { containersOf } from "../lib/containers";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

function isPinned(image: string): boolean {
  // A colon before the last slash belongs to the registry's port; one after it precedes a tag, or the
  // digits of a digest.
  const [, tag = ""] = image.slice(image.lastIndexOf("/") + 1).split(":");
  return tag !== "" && tag !== "latest";
}

export default makeRule(
  {
    name: "ecs-task-definition-image-pinned",
    description: "Container images have a tag other than latest, or a digest.",
    level: "advisory",
    severity: "medium",
    framework: practice("Two deploys of one task definition run the same image"),
    remediationSteps: "Add a version's tag (not latest) or a digest to the image.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-considerations.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      for (const container of containersOf(props, report)) {
        const image = container.get("image");
        if (typeof image !== "string" || image === "") {
          const step = "Set its image, with a version's tag or a digest.";
          report.fail(`The container ${container.name} names no image.`, undefined, step);
        } else if (!isPinned(image)) {
          report.fail(`The image of the container ${container.name} is not pinned.`);
        }
      }
    },
  },
);
