import { z } from "zod";

import { fargateSizeProblem } from "../components/shared/fargateSize";
import { baseNameProblem } from "../components/shared/names";

const path = z.string().regex(/^\//, "must start with /");

const name = z.string().superRefine((text, context) => {
  const problem = baseNameProblem(text);
  if (problem !== undefined) context.addIssue(problem);
});

/** One service of the microservices chapter, as the setting `microservices` lists them. */
const microservice = z.strictObject({
  /**
   * Name by which the others call it (`http://<name>:<port>`), also of its folder in `services/`; at most 20
   * characters.
   */
  name,
  /** Paths that the load balancer sends to it, 1 to 5, with `*` and `?` as wildcards. */
  paths: z.array(path).min(1).max(5),
  /** Port that its container listens on. */
  port: z.int().min(1).max(65_535),
  /** Path that answers 200 when a task is healthy. */
  healthCheckPath: path,
  /** CPU units of a task. @default the setting cpu */
  cpu: z.int().min(1).optional(),
  /** Memory of a task in MiB. @default the setting memory */
  memory: z.int().min(1).optional(),
  /** Number of tasks, 0 to 5000. @default the setting desiredCount */
  desiredCount: z.int().min(0).max(5000).optional(),
  /** Environment variables, none of them secret. @default {} */
  environment: z.record(z.string(), z.string()).optional(),
  /**
   * Environment variables that get random text from Secrets Manager; services that name the same variable get the same
   * text. @default []
   */
  secrets: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must be capitals, digits and _"))
    .optional(),
});

/** @see microservice */
export type Microservice = z.output<typeof microservice>;

/** What the setting `microservices` must be: 1 to 39 services, each name once. */
export const microservices = z
  .array(microservice)
  .min(1)
  .max(39)
  .superRefine((list, context) => {
    const names = list.map((one) => one.name);
    names.forEach((one, i) => {
      if (names.indexOf(one) === i) return;
      context.addIssue({ code: "custom", path: [i, "name"], message: `"${one}" is listed twice` });
    });
  });

/**
 * Reports how a service conflicts with the stack's other settings, as far as those are known: a name that another
 * chapter's service has, or a size that Fargate does not offer.
 */
export function microserviceProblem(
  service: Microservice,
  stack: { name?: string; cpu?: number; memory?: number },
): string | undefined {
  if ([stack.name, "nginx", "cicd"].includes(service.name)) {
    return `the name "${service.name}" belongs to another chapter's service`;
  }
  // The stack's own size is checked with the stack's settings.
  if (service.cpu === undefined && service.memory === undefined) return undefined;
  const { cpu = stack.cpu, memory = stack.memory } = service;
  return cpu === undefined || memory === undefined ? undefined : fargateSizeProblem(cpu, memory);
}
