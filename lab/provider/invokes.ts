import type { Account } from "../account/account";
import type { Properties } from "../account/resourceType";
import { zonesOf } from "../account/types/ec2";
import type { Configuration } from "./configuration";

interface InvokeContext {
  readonly account: Account;
  readonly region: string;
}

type Invoke = (context: InvokeContext, args: Properties) => Properties;

/**
 * Answers a function of @pulumi/aws, e.g. `aws:index/getRegion:getRegion`.
 *
 * @throws Error naming the function if the account does not have it.
 */
export function invoke(
  account: Account,
  configuration: Configuration,
  token: string,
  args: Properties,
): Properties {
  const answer = invokes[token];
  if (!answer) throw new Error(`the offline account has no function ${token}`);
  const region = typeof args.region === "string" ? args.region : configuration.region;
  return answer({ account, region }, args);
}

const invokes: Readonly<Record<string, Invoke | undefined>> = {
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": ({ account: { accountId } }) => ({
    id: accountId,
    accountId,
    arn: `arn:aws:iam::${accountId}:user/lab`,
    userId: "AIDALABLABLABLABLABLA",
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": ({ region }, args) => ({
    ...args,
    id: region,
    region,
    names: zonesOf(region),
    zoneIds: zonesOf(region).map((_, i) => `${region}-az${i + 1}`),
    groupNames: [region],
  }),
};
