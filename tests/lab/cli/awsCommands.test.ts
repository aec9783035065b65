import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { parse } from "yaml";

import { cliPages } from "../../docs/commands";
import { missingFrom, stepsOf } from "../../docs/pages";
import { chapters } from "../../../settings";
import {
  clientSettings,
  engineTimeout,
  lab,
  labReport,
  type LabProcess,
  pulumiCli,
  startServed,
  stateFolder,
} from "./harness";
import { LabShell } from "./labShell";

/** A part of the outputs: that of a chapter, or of one of the microservices. */
interface Part {
  readonly commands: Readonly<Record<string, string>>;
  readonly clusterName?: string;
  readonly serviceName?: string;
  readonly serviceArn?: string;
  readonly pipelineName?: string;
  readonly repositoryUrl?: string;
}

interface DescribedService {
  readonly serviceName: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
}

interface PipelineState {
  readonly stageStates: readonly {
    readonly stageName: string;
    readonly latestExecution?: { readonly pipelineExecutionId: string; readonly status: string };
    readonly actionStates: readonly { readonly latestExecution?: { readonly token?: string } }[];
  }[];
}

/** All parts of outputs that have commands, by their path: `microservices.services.auth`. */
function partsOf(outputs: unknown, path = ""): Map<string, Part> {
  if (typeof outputs !== "object" || outputs === null) return new Map();
  const inner = Object.entries(outputs).flatMap(([key, value]) => [
    ...partsOf(value, path === "" ? key : `${path}.${key}`),
  ]);
  return new Map("commands" in outputs ? [[path, outputs as Part], ...inner] : inner);
}

describe("the AWS CLI in a shell of the lab", function () {
  this.timeout(3 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess;
  let shell: LabShell;
  /** The parts that `pulumi stack output` prints. */
  let given: Map<string, Part>;
  /** The parts that the lab prints in its terminal. */
  let printed: Map<string, Part>;
  /** The commands that were typed, such as `cicd.approve`. */
  const typed = new Set<string>();

  before(pulumiCli);
  before(async function () {
    ({ state, remove } = await stateFolder());
    const all = `chapters=${JSON.stringify(chapters.filter((name) => name !== "network"))}`;
    ({ served } = await startServed(state, all, "cicdApproval=true"));
    shell = await LabShell.open(this, state);
    given = partsOf(await shell.json("pulumi stack output --json"));
    const [, outputs = ""] = /^Outputs:\n((?: .*\n)+)/m.exec(served.stdout) ?? [];
    printed = partsOf(parse(outputs));
  });
  after(async () => {
    shell.close();
    served.child.kill("SIGKILL");
    await remove();
  });

  /** Runs a check for each part of the outputs that has a command of this name. */
  async function each(
    name: string,
    check: (command: string, part: Part, path: string) => Promise<void>,
    from = given,
  ): Promise<void> {
    const having = [...from].filter(([, { commands }]) => commands[name] !== undefined);
    assert.ok(having.length > 0, `no part of the outputs has a command ${name}`);
    for (const [path, part] of having) {
      await check(part.commands[name] ?? "", part, path);
      typed.add(`${path}.${name}`);
    }
  }

  const stable = (cluster: string, service: string) =>
    shell.types(`aws ecs wait services-stable --cluster ${cluster} --services ${service}`);

  for (const page of Object.values(cliPages)) {
    for (const { command, line, prints } of stepsOf(page).filter(({ mode }) => mode === "lab")) {
      it(`does what ${page} shows, line ${line}: ${command.split("\n")[0] ?? ""}`, async () => {
        const stdout = await shell.types(command);
        assert.deepEqual(missingFrom(stdout.replaceAll("\t", " "), prints), [], stdout);
      });
    }
  }

  it("describes each service that the stack's outputs name, with its tasks running", async () => {
    await each("describe", async (command, part) => {
      if (part.serviceArn !== undefined) {
        const { service } = await shell.json<{ service: object }>(command);
        const { serviceArn, serviceName } = part;
        assert.deepEqual({ ...service, serviceArn, serviceName }, service);
        return;
      }
      const { services } = await shell.json<{ services: DescribedService[] }>(command);
      const [{ serviceName, desiredCount, runningCount } = {} as DescribedService] = services;
      assert.equal(serviceName, part.serviceName);
      assert.ok(desiredCount > 0);
      assert.equal(runningCount, desiredCount);
    });
  });

  it("lists the instances of clusters that have any", async () => {
    await each("instances", async (command, { clusterName = "" }) => {
      const { containerInstanceArns } = await shell.json<{ containerInstanceArns: string[] }>(
        command,
      );
      assert.ok(containerInstanceArns.length > 0);
      for (const arn of containerInstanceArns) assert.ok(arn.includes(`/${clusterName}/`), arn);
    });
  });

  it("works next to curl, which reaches each service that has an address", async () => {
    await each(
      "request",
      async (command) => {
        assert.match(await shell.types(`${command} --silent`), /<h1>It runs on Amazon ECS<\/h1>/);
      },
      printed,
    );
  });

  /** The first line that `aws logs tail … --follow` shows; version 1 of the CLI has no such command. */
  async function firstLine(command: string): Promise<string> {
    if (shell.version === 2) return shell.types(`${command} | head -n 1`);
    const [, region = "", logGroupName = ""] =
      /^aws logs tail --region (\S+) (\S+) --follow$/.exec(command) ?? [];
    const logs = new CloudWatchLogsClient({ ...clientSettings(shell.variables), region });
    // Like the command: the last ten minutes, all streams together.
    const startTime = Date.now() - 600_000;
    try {
      for (;;) {
        const request = { logGroupName, startTime, interleaved: true };
        const { events = [] } = await logs.send(new FilterLogEventsCommand(request));
        if (events[0]?.message !== undefined) return events[0].message;
      }
    } finally {
      logs.destroy();
    }
  }

  it("shows what each service's containers write", async () => {
    await each("logs", async (command, _part, path) => {
      const isNode = path.startsWith("microservices.");
      assert.match(await firstLine(command), isNode ? /^\{.*"level":/ : /\S/, path);
    });
  });

  it("is told which command of the lab opens a shell in a container", async () => {
    await each("exec", async (command) => {
      const [, container = ""] = /--container (\S+)/.exec(command) ?? [];
      await assert.rejects(shell.types(command), {
        message: new RegExp(
          `TargetNotConnectedException.*npm run lab -- exec [0-9a-f]{32} --container ${container} `,
        ),
      });
    });
  });

  it("is told that the lab does not support Session Manager", async () => {
    await each("session", async (command) => {
      await assert.rejects(shell.types(command), {
        message: /UnknownOperationException.*The lab does not support the API of ssm\./,
      });
    });
  });

  it("lets Docker push to each repository", async () => {
    await each(
      "push",
      async (command, { repositoryUrl = "" }) => {
        await shell.types(command);
        const name = repositoryUrl.replace(/^[^/]+\//, "");
        const { imageDetails } = await shell.json<{ imageDetails: { imageTags: string[] }[] }>(
          `aws ecr describe-images --repository-name ${name} --image-ids imageTag=1`,
        );
        assert.deepEqual(imageDetails[0]?.imageTags, ["1"]);
      },
      printed,
    );
  });

  /** The latest execution of a stage. */
  async function stage(name: string, command: string) {
    const { stageStates } = await shell.json<PipelineState>(command);
    const found = stageStates.find(({ stageName }) => stageName === name);
    return { ...found?.latestExecution, token: found?.actionStates[0]?.latestExecution?.token };
  }

  it("shows that a push waits for an approval, approves it, and shows that it is deployed", async () => {
    const { stderr, code } = await lab("push", "--no-follow", "--state", state);
    assert.equal(code, 0, stderr);
    const command = given.get("cicd")?.commands.pipeline ?? "";
    while ((await stage("Approval", command)).token === undefined);
    await each("approve", async (command) => {
      const { approvedAt } = await shell.json<{ approvedAt: unknown }>(command);
      assert.ok(approvedAt !== undefined);
    });
    await each("pipeline", async (command) => {
      while ((await stage("Deploy", command)).status !== "Succeeded");
    });
  });

  it("shows what the build wrote", async () => {
    await each("buildLogs", async (command) => {
      assert.match(await firstLine(command), /\S/);
    });
  });

  it("works next to git, which clones what was pushed", async () => {
    await each(
      "clone",
      async (command) => {
        await shell.types(`${command} site`);
        const page = readFileSync(join(shell.home, "site", "nginx", "html", "index.html"), "utf8");
        assert.match(page, /<h1>It runs on Amazon ECS<\/h1>/);
      },
      printed,
    );
  });

  it("ships the program's task definition with the image that is running", async () => {
    await each("ship", async (command, { commands, clusterName = "", serviceName = "" }) => {
      const shown = (await shell.types(command)).trim();
      assert.match(shown, new RegExp(`^arn:aws:ecs:.*:task-definition/${serviceName}:\\d+$`));
      await stable(clusterName, serviceName);
      const { services } = await shell.json<{ services: DescribedService[] }>(
        commands.describe ?? "",
      );
      assert.equal(services[0]?.taskDefinition, shown);
    });
  });

  it("releases the repository's content once more", async () => {
    await each("release", async (command, { pipelineName = "" }) => {
      const { pipelineExecutionId: id } = await shell.json<{ pipelineExecutionId: string }>(
        command,
      );
      const { pipelineExecution } = await shell.json<{ pipelineExecution: object }>(
        `aws codepipeline get-pipeline-execution --pipeline-name ${pipelineName} --pipeline-execution-id ${id}`,
      );
      const own = { pipelineName, pipelineExecutionId: id, status: "InProgress" };
      assert.deepEqual({ ...pipelineExecution, ...own }, pipelineExecution);
    });
  });

  it("has typed every command that the outputs print", () => {
    const all = [...given].flatMap(([path, { commands }]) =>
      Object.keys(commands).map((name) => `${path}.${name}`),
    );
    assert.deepEqual([...typed].sort(), all.sort());
  });

  describe("outside Pulumi", () => {
    const where = "--cluster handson-dev";
    const ofService = `${where} --service handson-dev`;
    const revision = async () => {
      const query = "--query 'services[0].taskDefinition' --output text";
      const described = `aws ecs describe-services ${where} --services handson-dev ${query}`;
      return (await shell.types(described)).trim();
    };

    it("deploys another revision, and replaces all tasks when a deployment is forced", async () => {
      const registered = await shell.types(`
ROLE=$(aws ecs describe-task-definition --task-definition handson-dev --query taskDefinition.executionRoleArn --output text)
CONTAINERS=$(aws ecs describe-task-definition --task-definition handson-dev --query taskDefinition.containerDefinitions --output json)
aws ecs register-task-definition --family handson-dev --requires-compatibilities FARGATE --network-mode awsvpc \\
  --cpu 512 --memory 1024 --execution-role-arn "$ROLE" --task-role-arn "$ROLE" --container-definitions "$CONTAINERS" \\
  --query taskDefinition.taskDefinitionArn --output text`);
      await shell.types(`aws ecs update-service ${ofService} --task-definition ${registered}`);
      await stable("handson-dev", "handson-dev");
      assert.equal(await revision(), registered.trim());
      const tasks = () => shell.types(`aws ecs list-tasks ${where} --query taskArns --output text`);
      const before = await tasks();
      await shell.types(`aws ecs update-service ${ofService} --force-new-deployment`);
      await stable("handson-dev", "handson-dev");
      const after = (await tasks()).split(/\s+/).filter((arn) => before.includes(arn));
      assert.deepEqual(
        after.filter((arn) => arn !== ""),
        [],
      );
    });

    it("stops a deployment, which rolls back to the previous revision", async () => {
      const before = await revision();
      const status = await shell.types(`
ROLE=$(aws ecs describe-task-definition --task-definition handson-dev --query taskDefinition.executionRoleArn --output text)
aws ecs register-task-definition --family broken --requires-compatibilities FARGATE --network-mode awsvpc \\
  --cpu 256 --memory 512 --execution-role-arn "$ROLE" --task-role-arn "$ROLE" \\
  --container-definitions '[{"name": "nginx", "image": "nowhere/at-all:1", "portMappings": [{"containerPort": 80}]}]'
aws ecs update-service ${ofService} --task-definition broken \\
  --deployment-configuration 'deploymentCircuitBreaker={enable=false,rollback=false}'
DEPLOYMENT=$(aws ecs list-service-deployments ${ofService} --status IN_PROGRESS \\
  --query 'serviceDeployments[0].serviceDeploymentArn' --output text)
aws ecs stop-service-deployment --service-deployment-arn "$DEPLOYMENT" --stop-type ROLLBACK
until aws ecs describe-service-deployments --service-deployment-arns "$DEPLOYMENT" \\
  --query 'serviceDeployments[0].status' --output text | grep ROLLBACK_SUCCESSFUL; do :; done`);
      assert.match(status, /^ROLLBACK_SUCCESSFUL$/m);
      assert.equal(await revision(), before);
    });

    it("runs and stops tasks with the AWS commands that the lab prints", async () => {
      const onAws = ({ stderr }: { stderr: string }) =>
        /^On AWS: (aws .*)$/m.exec(stderr)?.[1] ?? assert.fail(stderr);
      const options = ["--state", state];
      const running = ["handson-dev", "--cluster", "handson-dev", "--launch-type", "FARGATE"];
      const run = onAws(await lab("run-task", ...running, "--no-follow", ...options));
      const { tasks } = await shell.json<{ tasks: { taskArn: string; group: string }[] }>(run);
      assert.equal(tasks[0]?.group, "family:handson-dev");
      const id = tasks[0].taskArn.split("/").at(-1) ?? "";
      await shell.types(`aws ecs wait tasks-running ${where} --tasks ${id}`);
      const ours = await shell.types(
        `aws ecs list-tasks ${where} --family handson-dev --query 'taskArns[0]' --output text`,
      );
      const other = onAws(await lab("stop-task", ours.trim(), ...options));
      await shell.types(other);
      await shell.types(other.replace(/--task \S+/, `--task ${id}`));
      await shell.types(`aws ecs wait tasks-stopped ${where} --tasks ${id}`);
    });

    /** The Express service's minimum number of tasks. */
    const minTasks = async () => {
      const { service } = await shell.json<{
        service: {
          activeConfigurations: readonly { scalingTarget: { minTaskCount: number } }[];
        };
      }>(given.get("express")?.commands.describe ?? "");
      return service.activeConfigurations[0]?.scalingTarget.minTaskCount;
    };

    it("gives an Express service more tasks", async () => {
      const arn = given.get("express")?.serviceArn ?? "";
      const target = "--scaling-target minTaskCount=2,maxTaskCount=3";
      await shell.types(`aws ecs update-express-gateway-service --service-arn ${arn} ${target}`);
      assert.equal(await minTasks(), 2);
      const [cluster = "", service = ""] = arn.split("/").slice(-2);
      await stable(cluster, service);
    });

    it("causes drift that refresh shows and the next update reverts", async () => {
      const { changes, errors } = await labReport("refresh", "--state", state);
      assert.deepEqual(errors, []);
      // The service and the Express service.
      assert.equal(changes.update, 2);
      const report = await labReport("up", "--state", state);
      assert.deepEqual(report.errors, []);
      assert.equal(await minTasks(), 1);
      assert.match(await revision(), /task-definition\/handson-dev:1$/);
    });
  });
});
