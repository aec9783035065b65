import type {
  GetPipelineExecutionInput,
  GetPipelineStateInput,
  ListPipelineExecutionsInput,
  ListPipelinesInput,
  PutApprovalResultInput,
  StartPipelineExecutionInput,
} from "@aws-sdk/client-codepipeline";

import type { ResourceRecord } from "../../account/record";
import { PIPELINE } from "../../delivery/pipeline/records";
import type {
  PipelineActionStatus,
  PipelineRunStatus,
  PipelineStageStatus,
} from "../../protocol/pipelines";
import { messageOf } from "../../shared/messageOf";
import { ApiError } from "../apiError";
import { clients } from "../clients";
import { pagesBy } from "../paging";
import { defined, recordsOf } from "../records";
import type { Api, ApiService, Operation } from "../service";

const MOST_LISTED = 100;

const page = pagesBy({
  size: "maxResults",
  token: "nextToken",
  most: MOST_LISTED,
  invalidCode: "InvalidNextTokenException",
});

const operations: Record<string, Operation> = {
  ListPipelines: (input: ListPipelinesInput, api: Api) => {
    const { items, next } = page(recordsOf(api, PIPELINE), input);
    return {
      pipelines: items.map(({ id, outputs }) =>
        defined({
          name: id,
          version: 1,
          pipelineType: outputs.pipelineType,
          executionMode: outputs.executionMode,
        }),
      ),
      ...next,
    };
  },

  GetPipelineState: ({ name = "" }: GetPipelineStateInput, api: Api) => {
    const record = mustHave(api, name);
    const runs = runsOf(api, name);
    const stages = record.outputs.stages as { name: string }[];
    return {
      pipelineName: name,
      pipelineVersion: 1,
      stageStates: stages.map((stage) => stateOf(stage.name, runs)),
    };
  },

  ListPipelineExecutions: (input: ListPipelineExecutionsInput, api: Api) => {
    const { pipelineName = "" } = input;
    mustHave(api, pipelineName);
    const { items, next } = page(runsOf(api, pipelineName), input);
    return {
      pipelineExecutionSummaries: items.map((run) => ({
        pipelineExecutionId: run.id,
        status: run.status,
        startTime: new Date(run.startedAt),
        lastUpdateTime: new Date(run.endedAt ?? run.startedAt),
        sourceRevisions: revisionsOf(run).map(({ name, ...revision }) => ({
          actionName: name,
          ...revision,
        })),
        trigger: triggerOf(run),
      })),
      ...next,
    };
  },

  GetPipelineExecution: (input: GetPipelineExecutionInput, api: Api) => {
    const { pipelineName = "", pipelineExecutionId: id = "" } = input;
    mustHave(api, pipelineName);
    const run = runsOf(api, pipelineName).find((one) => one.id === id);
    if (run === undefined) {
      throw new ApiError(
        "PipelineExecutionNotFoundException",
        `Pipeline execution with id [${id}] does not exist`,
      );
    }
    return {
      pipelineExecution: {
        pipelineName,
        pipelineVersion: 1,
        pipelineExecutionId: run.id,
        status: run.status,
        artifactRevisions: revisionsOf(run),
        trigger: triggerOf(run),
      },
    };
  },

  StartPipelineExecution: ({ name = "" }: StartPipelineExecutionInput, api: Api) => {
    mustHave(api, name);
    const user = `arn:aws:iam::${api.account.accountId}:user/lab`;
    return { pipelineExecutionId: api.delivery.release(name, `StartPipelineExecution: ${user}`) };
  },

  PutApprovalResult: (input: PutApprovalResultInput, api: Api) => {
    const { pipelineName = "", stageName, actionName, result, token = "" } = input;
    mustHave(api, pipelineName);
    const waiting = runsOf(api, pipelineName).find((run) =>
      run.stages.some(
        ({ name, actions }) =>
          name === stageName &&
          actions.some((action) => action.name === actionName && isWaiting(action)),
      ),
    );
    if (waiting === undefined) {
      throw new ApiError("ApprovalAlreadyCompletedException", "No approval waits for an answer.");
    }
    if (token !== waiting.id) throw new ApiError("InvalidApprovalTokenException", "Invalid token.");
    const approved = result?.status === "Approved";
    try {
      api.delivery.approve(waiting.id, { approved, comment: result?.summary ?? "" });
    } catch (error) {
      throw new ApiError("ApprovalAlreadyCompletedException", messageOf(error));
    }
    return { approvedAt: new Date() };
  },
};

export const codepipeline: ApiService = {
  title: "AWS CodePipeline",
  signingName: "codepipeline",
  protocol: "json",
  target: "CodePipeline_20150709",
  invalidCode: "ValidationException",
  model: clients.codePipeline,
  operations,
  refused: {
    ListPipelineExecutions: ["filter"],
    StartPipelineExecution: ["sourceRevisions", "variables"],
  },
};

function mustHave(api: Api, name: string): ResourceRecord {
  const found = recordsOf(api, PIPELINE).find(({ id }) => id === name);
  if (found !== undefined) return found;
  throw new ApiError(
    "PipelineNotFoundException",
    `Account '${api.account.accountId}' does not have a pipeline with name '${name}'`,
  );
}

/** Newest first. */
const runsOf = ({ delivery }: Api, pipeline: string): readonly PipelineRunStatus[] =>
  delivery.status().pipelines.find(({ name }) => name === pipeline)?.runs ?? [];

const isWaiting = ({ provider, status }: PipelineActionStatus): boolean =>
  provider === "Manual" && status === "InProgress";

/** The state of a stage in the newest execution that reached it. */
function stateOf(stageName: string, runs: readonly PipelineRunStatus[]): object {
  for (const run of runs) {
    const stage = run.stages.find((one) => one.name === stageName && one.status !== "Waiting");
    if (stage !== undefined) return describeStage(run, stage);
  }
  return {
    stageName,
    actionStates: [],
    inboundTransitionState: { enabled: true },
  };
}

function describeStage(run: PipelineRunStatus, { name, status, actions }: PipelineStageStatus) {
  return {
    stageName: name,
    inboundTransitionState: { enabled: true },
    actionStates: actions.map((action) => ({
      actionName: action.name,
      ...(action.status === "Waiting" ? {} : { latestExecution: describeAction(run, action) }),
    })),
    latestExecution: { pipelineExecutionId: run.id, status },
  };
}

function describeAction(run: PipelineRunStatus, action: PipelineActionStatus): object {
  const at = action.endedAt ?? action.startedAt;
  return defined({
    actionExecutionId: `${run.id}/${action.name}`,
    status: action.status,
    summary: action.summary,
    lastStatusChange: at === undefined ? undefined : new Date(at),
    // The token for answering the approval.
    token: isWaiting(action) ? run.id : undefined,
    errorDetails: action.status === "Failed" ? { message: action.summary ?? "" } : undefined,
  });
}

function revisionsOf({ commit, message, stages }: PipelineRunStatus) {
  if (commit === undefined) return [];
  const name = stages[0]?.actions[0]?.name ?? "Source";
  return [defined({ name, revisionId: commit, revisionSummary: message })];
}

/** `StartPipelineExecution: arn:…`, `CreatePipeline`. */
function triggerOf({ trigger }: PipelineRunStatus): object {
  const [triggerType, ...detail] = trigger.split(": ");
  return { triggerType, triggerDetail: detail.join(": ") };
}
