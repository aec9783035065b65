import { clients } from "../clients";
import type { Api, ApiService } from "../service";

/** The lab's access key belongs to this user, who may do everything, since permissions are not evaluated. */
export const sts: ApiService = {
  title: "AWS STS",
  signingName: "sts",
  protocol: "query",
  xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  invalidCode: "ValidationError",
  model: clients.sts,
  operations: {
    GetCallerIdentity: (_input: object, { account: { accountId } }: Api) => ({
      UserId: "AIDALABLABLABLABLABLA",
      Account: accountId,
      Arn: `arn:aws:iam::${accountId}:user/lab`,
    }),
  },
};
