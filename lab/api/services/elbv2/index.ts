import type {
  DescribeListenersInput,
  DescribeLoadBalancersInput,
  DescribeRulesInput,
  DescribeTagsInput,
  DescribeTargetGroupsInput,
  DescribeTargetHealthInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";

import type { ResourceRecord } from "../../../account/record";
import {
  LISTENER,
  LISTENER_RULE,
  LOAD_BALANCER,
  TARGET_GROUP,
} from "../../../account/types/elasticloadbalancingv2/tokens";
import { ApiError } from "../../apiError";
import { clients } from "../../clients";
import { pagesBy } from "../../paging";
import { recordsOf, tagsOf } from "../../records";
import type { Api, ApiService, Operation } from "../../service";
import {
  describeDefaultRule,
  describeListener,
  describeLoadBalancer,
  describeRule,
  describeTarget,
  describeTargetGroup,
  forwardedTo,
} from "./views";

const INVALID = "ValidationError";
const MOST_LISTED = 400;

const page = pagesBy({
  size: "PageSize",
  token: "Marker",
  next: "NextMarker",
  most: MOST_LISTED,
  invalidCode: INVALID,
});

const operations: Record<string, Operation> = {
  DescribeLoadBalancers: (input: DescribeLoadBalancersInput, api: Api) => {
    const found = selected(recordsOf(api, LOAD_BALANCER), {
      arns: input.LoadBalancerArns,
      names: input.Names,
      notFound: (name) =>
        new ApiError("LoadBalancerNotFound", `Load balancers '[${name}]' not found`),
    });
    const { items, next } = page(found, input);
    return { LoadBalancers: items.map((one) => describeLoadBalancer(api, one)), ...next };
  },

  DescribeListeners: (input: DescribeListenersInput, api: Api) => {
    const { LoadBalancerArn: balancer, ListenerArns: arns } = input;
    if (balancer === undefined && arns === undefined) {
      throw new ApiError(INVALID, "You must specify either listener ARNs or a load balancer ARN");
    }
    if (balancer !== undefined) mustExist(api, LOAD_BALANCER, balancer);
    const found = selected(recordsOf(api, LISTENER), {
      arns,
      names: undefined,
      notFound: (arn) => new ApiError("ListenerNotFound", `Listeners '[${arn}]' not found`),
    }).filter(({ outputs }) => balancer === undefined || outputs.loadBalancerArn === balancer);
    const { items, next } = page(found, input);
    return { Listeners: items.map(describeListener), ...next };
  },

  DescribeRules: (input: DescribeRulesInput, api: Api) => {
    const { ListenerArn: arn, RuleArns: arns } = input;
    const ofListener = recordsOf(api, LISTENER_RULE)
      .filter(({ outputs }) => arn === undefined || outputs.listenerArn === arn)
      .sort((one, other) => Number(one.outputs.priority) - Number(other.outputs.priority));
    if (arn === undefined) {
      const rules = selected(ofListener, {
        arns: arns ?? [],
        names: undefined,
        notFound: (rule) => new ApiError("RuleNotFound", `Rules '[${rule}]' not found`),
      });
      return { Rules: rules.map(describeRule) };
    }
    const listener = mustExist(api, LISTENER, arn);
    const { items, next } = page(
      [...ofListener.map(describeRule), describeDefaultRule(listener)],
      input,
    );
    return { Rules: items, ...next };
  },

  DescribeTargetGroups: (input: DescribeTargetGroupsInput, api: Api) => {
    const { LoadBalancerArn: balancer, TargetGroupArns: arns, Names: names } = input;
    if (balancer !== undefined) mustExist(api, LOAD_BALANCER, balancer);
    const balancers = balancersByGroup(api);
    const found = selected(recordsOf(api, TARGET_GROUP), {
      arns,
      names,
      notFound: (one) => new ApiError("TargetGroupNotFound", `Target groups '[${one}]' not found`),
    }).filter(({ id }) => balancer === undefined || balancers(id).includes(balancer));
    const { items, next } = page(found, input);
    return {
      TargetGroups: items.map((one) => describeTargetGroup(one, balancers(one.id))),
      ...next,
    };
  },

  DescribeTargetHealth: (
    { TargetGroupArn: arn = "", Targets }: DescribeTargetHealthInput,
    api: Api,
  ) => {
    mustExist(api, TARGET_GROUP, arn);
    const group = api.plane.status().targetGroups.find((one) => one.arn === arn);
    const targets = (group?.targets ?? []).map(describeTarget);
    return {
      TargetHealthDescriptions: targets.filter(
        ({ Target: { Id, Port } }) =>
          Targets?.some((one) => one.Id === Id && (one.Port ?? Port) === Port) !== false,
      ),
    };
  },

  DescribeTags: ({ ResourceArns: arns = [] }: DescribeTagsInput, api: Api) => {
    const types = [LOAD_BALANCER, LISTENER, LISTENER_RULE, TARGET_GROUP];
    const all = types.flatMap((type) => recordsOf(api, type));
    const tagged = selected(all, {
      arns,
      names: undefined,
      notFound: (arn) => new ApiError("LoadBalancerNotFound", `'${arn}' not found`),
    });
    return {
      TagDescriptions: tagged.map((one) => ({ ResourceArn: one.id, Tags: tagsOf(one) })),
    };
  },
};

export const elbv2: ApiService = {
  title: "Elastic Load Balancing",
  signingName: "elasticloadbalancing",
  protocol: "query",
  xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  invalidCode: INVALID,
  model: clients.elbv2,
  operations,
};

/** The named resources, or all; a missing one is an error. */
function selected(
  all: readonly ResourceRecord[],
  {
    arns,
    names,
    notFound,
  }: {
    readonly arns: readonly string[] | undefined;
    readonly names: readonly string[] | undefined;
    readonly notFound: (what: string) => ApiError;
  },
): ResourceRecord[] {
  if (arns === undefined && names === undefined) return [...all];
  return [
    ...(arns ?? []).map((arn) => ({ wanted: arn, found: all.find(({ id }) => id === arn) })),
    ...(names ?? []).map((name) => ({
      wanted: name,
      found: all.find(({ outputs }) => outputs.name === name),
    })),
  ].map(({ wanted, found }) => {
    if (found === undefined) throw notFound(wanted);
    return found;
  });
}

const NOT_FOUND: Readonly<Record<string, readonly [code: string, what: string]>> = {
  [LOAD_BALANCER]: ["LoadBalancerNotFound", "Load balancers"],
  [LISTENER]: ["ListenerNotFound", "Listeners"],
  [TARGET_GROUP]: ["TargetGroupNotFound", "Target groups"],
};

function mustExist(api: Api, type: string, arn: string): ResourceRecord {
  const found = recordsOf(api, type).find(({ id }) => id === arn);
  if (found !== undefined) return found;
  const [code = "", what = ""] = NOT_FOUND[type] ?? [];
  throw new ApiError(code, `${what} '[${arn}]' not found`);
}

/** The load balancers that forward to a target group. */
function balancersByGroup(api: Api): (groupArn: string) => string[] {
  const listeners = recordsOf(api, LISTENER);
  const rules = recordsOf(api, LISTENER_RULE);
  const sending = listeners.map(({ id, outputs }) => ({
    balancer: String(outputs.loadBalancerArn),
    groups: [
      ...forwardedTo(outputs.defaultActions),
      ...rules
        .filter((rule) => rule.outputs.listenerArn === id)
        .flatMap((rule) => forwardedTo(rule.outputs.actions)),
    ],
  }));
  return (arn) => [
    ...new Set(
      sending.filter(({ groups }) => groups.includes(arn)).map(({ balancer }) => balancer),
    ),
  ];
}
