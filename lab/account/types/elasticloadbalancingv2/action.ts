import { z } from "zod";

import { arn, unsupported } from "../shared";

const weightedTargetGroup = z.strictObject({
  arn,
  weight: z.int().min(0).max(999).default(1),
});

export const action = z
  .strictObject({
    authenticateCognito: unsupported,
    authenticateOidc: unsupported,
    fixedResponse: z
      .strictObject({
        contentType: z.enum([
          "text/plain",
          "text/css",
          "text/html",
          "application/javascript",
          "application/json",
        ]),
        messageBody: z.string().max(1024).optional(),
        statusCode: z
          .string()
          .regex(/^[245]\d\d$/, "must be 2XX, 4XX or 5XX")
          .optional(),
      })
      .optional(),
    forward: z
      .strictObject({
        stickiness: z
          .strictObject({
            duration: z.int().min(1).max(604_800),
            enabled: z.boolean().default(false),
          })
          .optional(),
        targetGroups: z.array(weightedTargetGroup).min(1).max(5),
      })
      .optional(),
    jwtValidation: unsupported,
    order: z.int().min(1).max(50_000).optional(),
    redirect: z
      .strictObject({
        host: z.string().min(1).max(128).default("#{host}"),
        path: z.string().min(1).max(128).startsWith("/").default("/#{path}"),
        port: z.string().default("#{port}"),
        protocol: z.enum(["#{protocol}", "HTTP", "HTTPS"]).default("#{protocol}"),
        query: z.string().max(128).default("#{query}"),
        statusCode: z.enum(["HTTP_301", "HTTP_302"]),
      })
      .optional(),
    targetGroupArn: arn.optional(),
    type: z.enum(["forward", "redirect", "fixed-response"], {
      error: "must be forward, redirect or fixed-response in the offline account",
    }),
  })
  .superRefine((value, context) => {
    const wanted = {
      forward: "targetGroupArn",
      redirect: "redirect",
      "fixed-response": "fixedResponse",
    };
    const key = wanted[value.type] as "targetGroupArn" | "redirect" | "fixedResponse";
    if (value.type === "forward" && value.forward !== undefined) return;
    if (value[key] !== undefined) return;
    context.addIssue({ code: "custom", path: [key], message: `is required for ${value.type}` });
  });

export type ListenerAction = z.output<typeof action>;

export function targetGroupsOf(actions: readonly ListenerAction[]): string[] {
  return actions.flatMap(({ forward, targetGroupArn }) => [
    ...(targetGroupArn === undefined ? [] : [targetGroupArn]),
    ...(forward?.targetGroups ?? []).map((group) => group.arn),
  ]);
}
