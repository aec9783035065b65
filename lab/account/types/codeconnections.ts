import type { codeconnections } from "@pulumi/aws";
import { z } from "zod";

import { resourceType } from "../resourceType";
import { exactlyOne, inputsOf, tags, text, unsupported, uuid } from "./shared";

const CONNECTION = "aws:codeconnections/connection:Connection";

const connection = resourceType({
  token: CONNECTION,
  inputs: inputsOf<codeconnections.ConnectionArgs>()({
    hostArn: unsupported,
    name: z.string().min(1).max(32).optional(),
    providerType: z.enum(["AzureDevOps", "Bitbucket", "GitHub", "GitLab"]).optional(),
    region: text,
    tags,
    timeouts: unsupported,
  }),
  autoNameMaxLength: 32,
  immutable: ["name", "providerType", "region"],
  computed: ["arn", "connectionStatus", "name", "ownerAccountId", "providerType"],
  rules: [exactlyOne("providerType", "hostArn")],
  create(context, { name = "" }) {
    const connectionArn = context.arn(
      "codeconnections",
      `connection/${uuid(context, "connection")}`,
    );
    return {
      id: connectionArn,
      outputs: {
        arn: connectionArn,
        // Until somebody completes the handshake in the console, which has no API.
        connectionStatus: "PENDING",
        name,
        ownerAccountId: context.accountId,
      },
    };
  },
});

export const codeconnectionsTypes = [connection];
