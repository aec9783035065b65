import { messageOf } from "../../../../shared/messageOf";
import type { Pace } from "../../pace";
import { shiftPlan, type ShiftPlan } from "../../traffic/shiftPlan";
import type { TargetGroupPair, TrafficRoutes } from "../../traffic/trafficRoutes";
import { TrafficShift, type LifecycleStage } from "../../traffic/trafficShift";
import type { TaskRuntime } from "../../../dataplane/tasks/runtime";
import { standIns } from "../containers/standIn";
import type { Service, TaskDefinition } from "../ecs";
import { Deployment, type DeploymentSpec } from "./deployment";
import { CODE_DEPLOY_TIMEOUT_MINUTES } from "./failureDetection";
import type { ServiceDeployments } from "./serviceDeployments";
import type { ServiceTasks } from "./serviceTasks";

/** A deployment ordered by CodeDeploy. */
export interface CodeDeployOrder {
  /** ARN or `family:revision`. */
  readonly taskDefinition: string;
  readonly plan: ShiftPlan;
  /** The target groups that it moves requests between, given the one that gets them now. */
  readonly pair: (blue: string) => TargetGroupPair;
}

/** What starting a deployment needs. */
export interface DeployerOptions {
  readonly deployments: ServiceDeployments;
  readonly tasks: Pick<ServiceTasks, "live">;
  readonly runtime: TaskRuntime;
  /** A task definition by ARN, `family:revision` or `family`; undefined if there is none. */
  readonly taskDefinition: (reference: string) => TaskDefinition | undefined;
  readonly routes: TrafficRoutes;
  readonly pace: Pace;
  /** Records an event of the service. */
  readonly say: (message: string) => void;
  /** Asks for the next step after this many ms. */
  readonly wakeIn: (milliseconds: number) => void;
  /** Called when a deployment has reached a new stage. */
  readonly onStage: () => void;
}

type Method = Pick<DeploymentSpec, "strategy" | "targetGroupArns" | "pairs" | "deadline">;

/** Starts deployments of one service, from its record or by CodeDeploy. */
export class Deployer {
  private isMissing = false;

  constructor(private readonly options: DeployerOptions) {}

  /** Whether the task definition that the service's record names does not exist. */
  get isMissingDefinition(): boolean {
    return this.isMissing;
  }

  /** Starts a deployment of the service as in its record. */
  deploy(service: Service): void {
    const { deployments, routes, say, taskDefinition } = this.options;
    const definition = taskDefinition(service.taskDefinition);
    if (definition === undefined) {
      if (!this.isMissing) say(`has no task definition ${service.taskDefinition} to deploy.`);
      this.isMissing = true;
      return;
    }
    this.isMissing = false;
    const plan = shiftPlan(service);
    const pairs = plan && routes.pairsOf(service, deployments.serving?.spec.targetGroupArns);
    if (plan === undefined || pairs === undefined) {
      const targetGroupArns = service.loadBalancers.map(({ targetGroupArn }) => targetGroupArn);
      this.begin(service, definition, { strategy: "ROLLING", targetGroupArns, pairs: [] });
    } else if (deployments.serving === undefined) {
      this.beginFirst(service, definition, plan, pairs);
    } else {
      this.beginShift(service, definition, plan, pairs);
    }
  }

  /**
   * Starts a deployment as CodeDeploy does. Returns its id.
   * @throws {Error} with AWS's code if it cannot be started
   */
  deployByCodeDeploy(service: Service, { taskDefinition, plan, pair }: CodeDeployOrder): string {
    const { deployments } = this.options;
    if (deployments.primary?.isInProgress) {
      throw new Error(
        `DeploymentLimitExceededException: The service ${service.name} has an active deployment already.`,
      );
    }
    const definition = this.options.taskDefinition(taskDefinition);
    if (definition === undefined) {
      throw new Error(`InvalidParameterException: There is no task definition ${taskDefinition}.`);
    }
    const [balancer] = service.loadBalancers;
    const blue = deployments.serving?.spec.targetGroupArns[0] ?? balancer?.targetGroupArn ?? "";
    const begunAt = Date.now();
    const deadline = () => begunAt + this.minutesMs(CODE_DEPLOY_TIMEOUT_MINUTES);
    const deployment = this.beginShift(service, definition, plan, [pair(blue)], { deadline });
    if (deployment === undefined) {
      throw new Error(`InvalidParameterException: ${taskDefinition} has no container to run.`);
    }
    return deployment.id;
  }

  /** The first tasks join the target group that already gets the requests. */
  private beginFirst(
    service: Service,
    definition: TaskDefinition,
    { strategy }: ShiftPlan,
    pairs: readonly TargetGroupPair[],
  ): void {
    const { routes, say } = this.options;
    const targetGroupArns = pairs.map(({ blue }) => blue);
    this.begin(service, definition, { strategy, targetGroupArns, pairs: [] });
    for (const which of ["production", "test"] as const) {
      void routes.shift(pairs, which, 0).catch((error: unknown) => {
        say(`could not modify the listener rule: ${messageOf(error)}.`);
      });
    }
  }

  /** Starts a deployment that moves the requests from the present tasks to new ones. */
  private beginShift(
    service: Service,
    definition: TaskDefinition,
    plan: ShiftPlan,
    pairs: readonly TargetGroupPair[],
    codeDeploy: Pick<DeploymentSpec, "deadline"> = {},
  ): Deployment | undefined {
    const { deployments, pace, routes, say, tasks, wakeIn } = this.options;
    const { deploymentSpeed } = pace.now;
    const others = tasks.live.filter(
      ({ options }) => options.deploymentId !== deployments.serving?.id,
    );
    const isUnfinished = others.length > 0 || deployments.primary?.shift !== undefined;
    deployments.endShifts();
    const targetGroupArns = pairs.map(({ green }) => green);
    const { strategy } = plan;
    const method = { strategy, targetGroupArns, pairs, ...codeDeploy };
    const deployment = this.begin(service, definition, method);
    if (deployment === undefined) return undefined;
    if (deploymentSpeed !== 1) {
      say(
        `(deployment ${deployment.id}) bakes ${deploymentSpeed} times faster in the lab than on AWS.`,
      );
    }
    deployment.shift = TrafficShift.forward(plan, isUnfinished, {
      route: (which, percent) => routes.shift(pairs, which, percent),
      minutesMs: (minutes) => this.minutesMs(minutes),
      stageMs: () => pace.now.stageMs,
      wakeIn,
      onStage: (stage, percent) => {
        this.stageReached(stage, percent);
      },
      onError: (message) => {
        say(`could not modify the listener rule: ${message}.`);
      },
    });
    return deployment;
  }

  private begin(
    { loadBalancers }: Service,
    definition: TaskDefinition,
    method: Method,
  ): Deployment | undefined {
    if (definition.containerDefinitions.length === 0) return undefined;
    const targets = method.targetGroupArns.map((targetGroupArn) => {
      const balancer =
        loadBalancers.find(
          (one) =>
            one.targetGroupArn === targetGroupArn ||
            one.advancedConfiguration?.alternateTargetGroupArn === targetGroupArn,
        ) ?? loadBalancers[0]; // CodeDeploy's second target group is only named in its deployment group
      const { containerName = "", containerPort = 80 } = balancer ?? {};
      return { targetGroupArn, containerName, containerPort };
    });
    const deployment = new Deployment({ definition, targets, ...method });
    this.options.deployments.add(deployment);
    for (const { image, name } of standIns(definition, targets, this.options.runtime)) {
      this.options.say(`runs without the container ${name}, since the lab has no image ${image}.`);
    }
    return deployment;
  }

  /** Reports the stage of the shift in progress, forward or back, which belongs to the primary deployment. */
  private stageReached(stage: LifecycleStage, percent: number): void {
    const { deployments, onStage, say } = this.options;
    const { primary } = deployments;
    if (primary === undefined) return;
    const weights =
      stage === "PRODUCTION_TRAFFIC_SHIFT"
        ? `: ${percent}% of the production traffic on ${primary.pairs.map(({ green }) => `(target-group ${green})`).join(" ")}`
        : "";
    say(`(deployment ${primary.id}) lifecycle stage ${stage}${weights}.`);
    // The old tasks may go.
    if (stage === "CLEAN_UP") deployments.handOver();
    onStage();
  }

  /** How long minutes of a deployment last in the lab, in ms. */
  private minutesMs(minutes: number): number {
    return (minutes * 60_000) / this.options.pace.now.deploymentSpeed;
  }
}
