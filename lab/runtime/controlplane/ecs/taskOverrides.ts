import { z } from "zod";
import type { ContainerDefinition, TaskDefinition } from "./ecs";

/** Container settings that can be overridden when a task is started: ECS API Reference, "TaskOverride". */
const taskOverrides = z.object({
  containerOverrides: z
    .array(
      z.object({
        name: z.string(),
        command: z.array(z.string()).optional(),
        environment: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
      }),
    )
    .default([]),
});

/** @see taskOverrides */
export type TaskOverrides = z.infer<typeof taskOverrides>;

/** Parses overrides from a text, e.g. a target's constant input; empty if it has none. */
export function parseOverrides(json: string | undefined): TaskOverrides {
  const parsed = taskOverrides.safeParse(jsonOf(json));
  return parsed.data ?? { containerOverrides: [] };
}

/** The task definition with its containers' overrides applied. */
export function overridden(
  definition: TaskDefinition,
  { containerOverrides }: TaskOverrides,
): TaskDefinition {
  return {
    ...definition,
    containerDefinitions: definition.containerDefinitions.map((container) => {
      const own = containerOverrides.find(({ name }) => name === container.name);
      return own === undefined ? container : withOverrides(container, own);
    }),
  };
}

function withOverrides(
  container: ContainerDefinition,
  { command, environment = [] }: TaskOverrides["containerOverrides"][number],
): ContainerDefinition {
  const kept = (container.environment ?? []).filter(
    ({ name }) => !environment.some((variable) => variable.name === name),
  );
  return {
    ...container,
    ...(command && { command }),
    environment: [...kept, ...environment],
  };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "{}") as unknown;
  } catch {
    return {};
  }
}
