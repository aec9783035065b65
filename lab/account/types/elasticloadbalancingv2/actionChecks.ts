import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { mustExist } from "../shared";
import { type ListenerAction, targetGroupsOf } from "./action";
import { balancersOf } from "./lookups";
import { TARGET_GROUP } from "./tokens";

/**
 * What AWS checks of the actions of a listener or of one of its rules.
 *
 * @param protocol the listener's.
 */
export function checkActions(
  context: AccountContext,
  actions: readonly ListenerAction[],
  balancer: ResourceRecord,
  protocol: unknown,
): void {
  for (const targetGroupArn of targetGroupsOf(actions)) {
    const group = mustExist(
      context,
      TARGET_GROUP,
      targetGroupArn,
      "TargetGroupNotFound",
      `Target groups '${targetGroupArn}' not found`,
    );
    // ELB user guide, "Protocol versions": of the two, only HTTPS listeners support HTTP/2.
    const version = String(group.outputs.protocolVersion);
    if (protocol === "HTTP" && ["GRPC", "HTTP2"].includes(version)) {
      throw new AwsError(
        "InvalidLoadBalancerAction",
        `Listener protocol 'HTTP' is not supported with a target group with the protocol-version ` +
          `'${version}'`,
      );
    }
    if (group.outputs.vpcId !== balancer.outputs.vpcId) {
      throw new AwsError(
        "InvalidConfigurationRequest",
        `The target group ${targetGroupArn} is not in the same VPC as the load balancer`,
      );
    }
    const others = balancersOf(context, targetGroupArn).filter((id) => id !== balancer.id);
    if (others.length > 0) {
      throw new AwsError(
        "TargetGroupAssociationLimit",
        `The following target groups cannot be associated with more than one load balancer: ` +
          targetGroupArn,
      );
    }
  }
}

/** Whether an action redirects to the request's own address, endlessly. */
function isLoop(actions: readonly ListenerAction[]): boolean {
  return actions.some(
    ({ redirect }) =>
      redirect?.host === "#{host}" &&
      redirect.path === "/#{path}" &&
      redirect.port === "#{port}" &&
      redirect.protocol === "#{protocol}" &&
      redirect.query === "#{query}",
  );
}

export function checkLoop(actions: readonly ListenerAction[]): void {
  if (!isLoop(actions)) return;
  throw new AwsError(
    "InvalidLoadBalancerAction",
    "The redirect configuration is not valid because it creates a loop.",
  );
}
