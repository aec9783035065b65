import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { chapterPriority, microservicePriority, prioritiesOf, type Settings } from "../settings";
import { lastShared } from "./foundation";

/**
 * Refuses priorities on a class's listener that other stacks' rules already have. AWS would refuse the second rule only
 * in the middle of an update.
 *
 * @param shared the stack whose listener it is.
 * @param tags tags that exactly the resources of this stack have.
 * @throws pulumi.RunError saying who has which priority.
 *
 * Source: Elastic Load Balancing API reference, "CreateRule" and "SetRulePriorities", error PriorityInUse.
 */
export async function refuseTakenPriorities(
  settings: Settings,
  shared: pulumi.StackReference,
  tags: Record<string, string>,
  options: pulumi.InvokeOptions,
): Promise<void> {
  const network = await lastShared(shared);
  if (network === undefined) return;
  const taken = await Promise.all(
    wantedPriorities(settings).map(async (priority) => {
      const rule = await ruleAt(network.listenerArn, priority, options);
      return rule === undefined || isOwn(rule, tags) ? [] : [`${priority} by ${ownerOf(rule)}`];
    }),
  );
  if (taken.flat().length === 0) return;
  const { first, last } = prioritiesOf(settings);
  throw new pulumi.RunError(
    `listenerSlot ${settings.listenerSlot}: of the shared listener's priorities ${first} to ${last} some are taken ` +
      `(${taken.flat().join(", ")}); give this stack a slot that no other stack has`,
  );
}

/** Priorities of the rules that the stack will have, including those for test traffic. */
function wantedPriorities(settings: Settings): number[] {
  const { chapters, deploymentStrategy, cicdDeploy, microservices } = settings;
  const movesRequests = {
    fargate: deploymentStrategy !== "ROLLING",
    ec2: false,
    managedInstances: false,
    cicd: !["rolling", "codedeploy"].includes(cicdDeploy),
  };
  return chapters.flatMap((chapter) => {
    if (chapter === "network" || chapter === "express") return [];
    if (chapter === "microservices") {
      return microservices.map((service) => microservicePriority(settings, service));
    }
    const priority = chapterPriority(settings, chapter);
    return movesRequests[chapter] ? [priority - 1, priority] : [priority];
  });
}

/** The rule that has a priority on a listener, if any has. */
async function ruleAt(
  listenerArn: string,
  priority: number,
  options: pulumi.InvokeOptions,
): Promise<aws.lb.GetListenerRuleResult | undefined> {
  try {
    return await aws.lb.getListenerRule({ listenerArn, priority }, options);
  } catch (error) {
    // If there is none, the provider fails, with only these words to recognize it by: terraform-provider-aws,
    // internal/service/elbv2/listener_rule.go, `findListenerRule`; internal/tfresource/not_found_error.go.
    if (String(error).includes("empty result")) return undefined;
    // Any other error is no reason to refuse an update, which may well succeed.
    await pulumi.log.warn(
      `whether another stack has priority ${priority} of the shared listener could not be determined: ${String(error)}`,
    );
    return undefined;
  }
}

const isOwn = ({ tags }: aws.lb.GetListenerRuleResult, own: Record<string, string>) =>
  Object.entries(own).every(([key, value]) => tags[key] === value);

const ownerOf = ({ arn, tags: { stack } }: aws.lb.GetListenerRuleResult) =>
  stack === undefined ? arn : `the stack ${stack}`;
