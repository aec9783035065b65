import type { ResourceRecord } from "../../../account/record";
import { SERVICE, TASK_DEFINITION } from "../../../account/types/ecs/tokens";
import type { LogLine } from "../../../runtime/dataplane/tasks/logStore";
import { lastPart } from "../../../shared/lastPart";
import { ApiError } from "../../apiError";
import { recordsOf } from "../../records";
import type { Api } from "../../service";

export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

export const logGroupsOf = (api: Api): ResourceRecord[] => recordsOf(api, LOG_GROUP);

/** @param reference name or ARN @throws ApiError if there is none */
export function mustHaveGroup(api: Api, reference: string | undefined): ResourceRecord {
  const found = logGroupsOf(api).find(
    ({ id, outputs }) => id === reference || outputs.arn === reference,
  );
  if (found !== undefined) return found;
  throw new ApiError("ResourceNotFoundException", "The specified log group does not exist.");
}

interface Container {
  readonly name: string;
  readonly logConfiguration?: {
    readonly logDriver?: string;
    readonly options?: Record<string, string>;
  };
}

/** Everything that containers and builds have written to a log group, oldest first. */
export async function linesOf(api: Api, { id: group }: ResourceRecord): Promise<LogLine[]> {
  const writers = new Map<string, { group: string; container: string; cluster?: string }>();
  for (const { family, container } of containersWriting(api, group)) {
    const services = recordsOf(api, SERVICE).filter(
      ({ outputs }) => familyOf(String(outputs.taskDefinition)) === family,
    );
    // Tasks without a service are grouped by family.
    const groups = [
      { group: `family:${family}`, container },
      ...services.map(({ outputs }) => ({
        group: String(outputs.name),
        cluster: lastPart(String(outputs.cluster)),
        container,
      })),
    ];
    for (const one of groups) writers.set(JSON.stringify(one), one);
  }
  const lines = await Promise.all([...writers.values()].map((query) => api.logs.read(query)));
  const builds = api.delivery
    .buildLogs(group)
    .flatMap(({ stream, lines: own }) => own.map((line) => ({ ...line, stream, container: "" })));
  return [...lines.flat(), ...builds].sort((one, other) =>
    one.at < other.at ? -1 : Number(one.at > other.at),
  );
}

function containersWriting(api: Api, group: string): { family: string; container: string }[] {
  return recordsOf(api, TASK_DEFINITION).flatMap(({ outputs }) => {
    const containers = JSON.parse(String(outputs.containerDefinitions)) as Container[];
    return containers
      .filter(({ logConfiguration: log }) => log?.options?.["awslogs-group"] === group)
      .map(({ name }) => ({ family: String(outputs.family), container: name }));
  });
}

/** The family of an ARN, `family:revision` or `family`. */
const familyOf = (reference: string): string => lastPart(reference).replace(/:\d+$/, "");
