import {
  answers,
  different,
  hasEvent,
  healthyTasks,
  type Service,
  serviceOf,
  type LearnerStack,
  stoppedByHand,
} from "./stackView";

/** A goal that a chapter sets its learner. */
export interface Checkpoint {
  /** The state to reach, in the chapter's words. */
  readonly says: string;
  readonly isReached: (view: LearnerStack) => boolean | Promise<boolean>;
  /** What to do on the learner's stack until it is reached. */
  readonly todo: (view: LearnerStack) => string;
}

/** A chapter of the tutorial and its points. */
export interface CheckedChapter {
  /** Name of its page in docs/tutorial/, without `.md`. */
  readonly page: string;
  readonly points: readonly Checkpoint[];
  /** Whether it can be checked while nothing is served. @default false */
  readonly isServedOrNot?: boolean;
}

type Todo = Checkpoint["todo"];

/** `npm run lab -- up` with settings. */
const up =
  (...settings: string[]): Todo =>
  (view) =>
    [...lab("up")(view).split(" "), ...settings.map((one) => `--config ${one}`)].join(" ");

/** A command of the lab for the stack; `dev` is the default, so it need not be named. */
const lab =
  (command: string): Todo =>
  ({ stack }) =>
    `npm run lab -- ${command}${stack === "dev" ? "" : ` --stack ${stack}`}`;

/** `npm run lab -- stop-task` and the like with a service's name: the actual one, or the one it would get. */
const onService =
  (command: string, component: string, base: string): Todo =>
  (view) =>
    `npm run lab -- ${command} ${serviceOf(view, component)?.name ?? `${base}-${view.stack}`}`;

const always =
  (what: string): Todo =>
  () =>
    what;

/** One thing to do after the other. */
const then =
  (first: Todo, second: string | Todo): Todo =>
  (view) =>
    `${first(view)}; ${typeof second === "string" ? second : second(view)}`;

const isSteady = (service?: Service): boolean =>
  service?.status === "ACTIVE" && service.notSteadyBecause === undefined;

const runs = (service?: Service): boolean => isSteady(service) && healthyTasks(service).length > 0;

const imagesOf = (service?: Service): string[] =>
  healthyTasks(service).flatMap(({ containers }) => containers.map(({ image }) => image));

/** The point that a service answers through the load balancer. */
const page = (component: string, todo: Todo, path?: string): Checkpoint => ({
  says: `GET ${path ?? "/"} of the ${component} service answers 200 through the load balancer`,
  isReached: (view) => answers(view, serviceOf(view, component), path),
  todo,
});

const fargate: CheckedChapter = {
  page: "01-fargate",
  points: [
    {
      says: "the service has completed its deployment and is steady",
      isReached: (view) => isSteady(serviceOf(view, "fargate")),
      todo: then(up(), "npm run lab -- status says what the service waits for"),
    },
    {
      says: "two healthy tasks run on Fargate, each with an address of its own (awsvpc)",
      isReached: (view) => {
        const tasks = healthyTasks(serviceOf(view, "fargate"));
        return (
          tasks.length >= 2 &&
          different(tasks.map(({ address }) => address)) === tasks.length &&
          tasks.every(({ launchType }) => launchType === "FARGATE")
        );
      },
      todo: up("desiredCount=2"),
    },
    {
      says: "they are in two Availability Zones",
      isReached: (view) => {
        const tasks = healthyTasks(serviceOf(view, "fargate"));
        return different(tasks.map(({ availabilityZone }) => availabilityZone)) >= 2;
      },
      todo: up("desiredCount=2"),
    },
    page("fargate", then(up(), "the load balancer answers once a health check has found a task")),
    {
      says: "you stopped a task, and the service runs as many as before",
      isReached: (view) => {
        const service = serviceOf(view, "fargate");
        return stoppedByHand(service).length > 0 && isSteady(service);
      },
      todo: onService("stop-task", "fargate", "handson"),
    },
  ],
};

const images: CheckedChapter = {
  page: "02-images",
  points: [
    {
      says: "the service on Fargate runs an image of the stack's own ECR repository",
      isReached: (view) => {
        const own = imagesOf(serviceOf(view, "fargate"));
        return own.length > 0 && own.every((image) => /\.dkr\.ecr\.[^/]+\/ecs-handson/.test(image));
      },
      todo: up("nginxImage=build"),
    },
    {
      says: "a new revision of the task definition came with it",
      isReached: (view) => {
        const tasks = healthyTasks(serviceOf(view, "fargate"));
        return tasks.length > 0 && tasks.every(({ revision }) => revision > 1);
      },
      todo: up("nginxImage=build"),
    },
    page("fargate", up("nginxImage=build")),
  ],
};

const ec2: CheckedChapter = {
  page: "03-ec2",
  points: [
    {
      says: "two instances are ACTIVE in the cluster, in two Availability Zones",
      isReached: ({ status }) => {
        const active = (status.plane?.instances ?? []).filter((one) => one.status === "ACTIVE");
        return different(active.map(({ zone }) => zone)) >= 2;
      },
      todo: up("chapters=fargate,ec2"),
    },
    {
      says: "the EC2 service is steady, and all of its tasks run on instances",
      isReached: (view) => {
        const service = serviceOf(view, "ec2-service");
        const tasks = healthyTasks(service);
        return runs(service) && tasks.every(({ instanceId }) => instanceId !== undefined);
      },
      todo: up("chapters=fargate,ec2"),
    },
    page("ec2-service", up("chapters=fargate,ec2")),
    {
      says: "the service on Fargate runs alongside it, behind the same load balancer",
      isReached: (view) =>
        view.status.plane?.loadBalancers.length === 1 && runs(serviceOf(view, "fargate")),
      todo: up("chapters=fargate,ec2"),
    },
  ],
};

const cicd: CheckedChapter = {
  page: "04-cicd",
  points: [
    {
      says: "a push went through the pipeline: Source, Build and Deploy succeeded",
      isReached: ({ status }) => pushedCommits(status).length > 0,
      todo: then(up("chapters=fargate,ec2,cicd"), lab("push")),
    },
    {
      says: "the service runs the image of a commit that you pushed",
      isReached: (view) => {
        const commits = pushedCommits(view.status);
        const own = imagesOf(serviceOf(view, "cicd-service"));
        return (
          own.length > 0 && own.every((image) => commits.some((one) => image.endsWith(`:${one}`)))
        );
      },
      todo: lab("push"),
    },
    page("cicd-service", lab("push")),
    {
      says: "a build failed, and the service went on as before",
      isReached: (view) =>
        (view.status.pipelines ?? []).some(({ runs: all }) => all.some(hasFailedBuild)) &&
        isSteady(serviceOf(view, "cicd-service")),
      todo: always('push what cannot be built, as in "Break it, fix it"'),
    },
  ],
};

const pushedCommits = ({ pipelines = [] }: LearnerStack["status"]): string[] =>
  pipelines.flatMap(({ runs: all }) =>
    all.flatMap(({ commit, pushedCommit, status }) =>
      status === "Succeeded" && pushedCommit !== undefined ? [commit ?? pushedCommit] : [],
    ),
  );

type Run = NonNullable<LearnerStack["status"]["pipelines"]>[number]["runs"][number];

const hasFailedBuild = ({ stages }: Run) =>
  stages.some(({ name, status }) => name === "Build" && status === "Failed");

const deployments: CheckedChapter = {
  page: "05-deployments",
  points: [
    {
      says: "requests moved to new tasks in steps or at once: a blue/green, linear or canary deployment",
      isReached: (view) =>
        hasEvent(serviceOf(view, "fargate"), /lifecycle stage PRODUCTION_TRAFFIC_SHIFT: 100%/),
      todo: up(
        "deploymentStrategy=CANARY",
        "nginxImage=public",
        "image=public.ecr.aws/docker/library/nginx:1.30.5-alpine",
      ),
    },
    {
      says: "a deployment failed and was rolled back",
      isReached: (view) => hasEvent(serviceOf(view, "fargate"), /rolling back to/),
      todo: up("nginxImage=public", "image=public.ecr.aws/docker/library/no-such-image:1"),
    },
    {
      says: "the service is steady again, on the image that the stack asks for",
      isReached: (view) => {
        const service = serviceOf(view, "fargate");
        const [primary] = service?.deployments ?? [];
        return runs(service) && primary?.status === "PRIMARY" && !hasRolledBack(service);
      },
      todo: up("nginxImage=public", "image=public.ecr.aws/docker/library/nginx:1.30.6-alpine"),
    },
    page("fargate", always("npm run lab -- status")),
  ],
};

/** Whether the running revision is the one that a failed deployment was meant to replace. */
const hasRolledBack = ({ deployments: all = [] }: Partial<Service> = {}): boolean =>
  all.some(({ rolloutState }) => rolloutState === "FAILED");

const autoscaling: CheckedChapter = {
  page: "06-autoscaling",
  points: [
    {
      says: "tasks of the EC2 service found no room, and instances came for them",
      isReached: (view) => {
        const service = serviceOf(view, "ec2-service");
        return hasEvent(service, /was unable to place a task/) && runs(service);
      },
      todo: up("ec2DesiredCount=5"),
    },
    {
      says: "the service on Fargate got more tasks as its requests grew",
      isReached: (view) => hasScaledOut(serviceOf(view, "fargate")),
      todo: then(up("autoscaling=requests"), "then send it many requests, as in the chapter"),
    },
    page("fargate", always("npm run lab -- status")),
  ],
};

/** Whether a deployment has, or had, more tasks than it started with. */
function hasScaledOut(service?: Service): boolean {
  const [primary] = service?.deployments ?? [];
  const started = service?.tasks.filter(
    ({ deploymentId, startedAt, stopCode }) =>
      deploymentId === primary?.id && startedAt !== undefined && stopCode !== "UserInitiated",
  );
  return (started?.length ?? 0) > 1;
}

const microservices: CheckedChapter = {
  page: "07-microservices",
  points: [
    {
      says: "auth, products and shop are steady",
      isReached: (view) =>
        ["auth", "products", "shop"].every((name) => runs(serviceOf(view, name))),
      todo: up("chapters=microservices"),
    },
    page("shop", onService("logs", "shop", "shop"), "/shop/"),
    page("products", onService("logs", "products", "products"), "/products"),
    {
      says: "shop stayed up while a task of products was stopped",
      isReached: (view) =>
        stoppedByHand(serviceOf(view, "products")).length > 0 && runs(serviceOf(view, "shop")),
      todo: onService("stop-task", "products", "products"),
    },
  ],
};

const start: CheckedChapter = {
  page: "00-start",
  isServedOrNot: true,
  points: [
    {
      says: "the stack was previewed, and no mandatory policy refuses it",
      isReached: ({ stack, status }) =>
        status.reports.some(
          ({ findings, stack: of }) =>
            of === stack && findings.every(({ level }) => level !== "mandatory"),
        ),
      todo: lab("preview"),
    },
  ],
};

const end: CheckedChapter = {
  page: "09-class",
  isServedOrNot: true,
  points: [
    {
      says: "the account has nothing of your stack any more",
      isReached: ({ resources }) => resources.length === 0,
      todo: lab("destroy"),
    },
    {
      says: "nor of any other, such as those of a class",
      isReached: ({ stack, status }) =>
        Object.keys(status.stacks).every((other) => other === stack),
      todo: always("npm run class -- destroy, or npm run lab -- destroy --stack NAME"),
    },
  ],
};

const managedInstances: CheckedChapter = {
  page: "10-managed-instances",
  points: [
    {
      says: "the service is steady, and all of its tasks run on instances of no Auto Scaling group",
      isReached: (view) => {
        const service = serviceOf(view, "managed");
        const managed = (view.status.plane?.instances ?? []).filter(isManaged);
        return runs(service) && healthyTasks(service).every((task) => runsOnOne(task, managed));
      },
      todo: up("chapters=managedInstances"),
    },
    page("managed", up("chapters=managedInstances")),
    {
      says: "no instance had room for a task, and ECS launched one",
      isReached: (view) => {
        const service = serviceOf(view, "managed");
        return hasEvent(service, /was unable to place a task/) && runs(service);
      },
      todo: up("managedInstancesDesiredCount=4"),
    },
    {
      says: "a larger task, of a new revision, runs on an instance that holds it",
      isReached: (view) => {
        const tasks = healthyTasks(serviceOf(view, "managed"));
        return tasks.length > 0 && tasks.every(({ revision }) => revision > 1);
      },
      todo: up("cpu=512", "memory=2048"),
    },
  ],
};

type Instance = NonNullable<LearnerStack["status"]["plane"]>["instances"][number];

const isManaged = ({ autoScalingGroup }: Instance): boolean => autoScalingGroup === undefined;

const runsOnOne = (
  { instanceId }: Service["tasks"][number],
  instances: readonly Instance[],
): boolean => instances.some(({ id }) => id === instanceId);

const express: CheckedChapter = {
  page: "11-express",
  points: [
    {
      says: "the service that ECS made is steady, and its tasks run on Fargate",
      isReached: (view) => {
        const service = serviceOf(view, "express");
        const tasks = healthyTasks(service);
        return runs(service) && tasks.every(({ launchType }) => launchType === "FARGATE");
      },
      todo: up("chapters=express"),
    },
    page("express", up("chapters=express")),
    {
      says: "a new revision came by a canary, and has all requests",
      isReached: (view) => {
        const service = serviceOf(view, "express");
        const tasks = healthyTasks(service);
        const isNew = tasks.length > 0 && tasks.every(({ revision }) => revision > 1);
        return isNew && isSteady(service) && hasEvent(service, /lifecycle stage BAKE_TIME/);
      },
      todo: up("cpu=512", "memory=1024"),
    },
  ],
};

/** The chapters that have something to check, in order. */
export const checkedChapters: readonly CheckedChapter[] = [
  start,
  fargate,
  images,
  ec2,
  cicd,
  deployments,
  autoscaling,
  microservices,
  end,
  managedInstances,
  express,
];
