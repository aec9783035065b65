import { choices } from "../../settings";

/** Settings of a stack as the command line gives them; what is absent has Pulumi.yaml's default. */
export type Values = Readonly<Record<string, string>>;

/** Deployed stacks: of one chapter, of all, and of some on the network of another stack. */
export type Chapters =
  "fargate" | "ec2" | "managedInstances" | "cicd" | "microservices" | "express" | "all" | "shared";

/** Changes of one setting to try on deployed stacks. */
export interface Change {
  /** Values that the stack gets, one after the other; unless `tour`, it returns to those before after each of them. */
  to: readonly Values[];
  /** Whether the stack goes from each value to the next, and returns only after the last. @default false */
  tour?: boolean;
  /** The chapters that the setting affects, each as a stack of its own; a stack of all chapters is added. */
  on: readonly Chapters[];
  /** Settings that the stack has beforehand, in addition to its chapters. @default {} */
  given?: Values;
  /** Whether it is left out on a stack of all chapters, which takes long. @default false */
  alone?: boolean;
  /** Whether one more update follows, which takes back that the previous one forced a deployment. @default false */
  again?: boolean;
  /** A name for the values in the title, if they are long. @default the setting's values */
  called?: string;
  /** What the preview says, if it must refuse the change. */
  refused?: RegExp;
}

/** One stack, and the settings that it gets one after the other, each of which must work or be refused. */
export interface Row {
  title: string;
  chapters: Chapters;
  steps: readonly Step[];
}

export interface Step {
  values: Values;
  refused?: RegExp;
}

/** The stack whose network the stacks on a shared network use. */
export const classStack = "class";

/** The settings of another stack on the shared network. */
export const neighbour: Values = {
  chapters: "fargate",
  sharedNetwork: `organization/ecs-handson/${classStack}`,
  listenerSlot: "9",
};

/** The tag of the images that have been pushed once a stack is deployed. */
export const pushedTag = "1.0";

const one = ["fargate", "ec2", "cicd", "microservices"] as const;
const fargateKinds = ["fargate", "cicd", "microservices"] as const;

/** Every transition from one value of a setting to another, in one tour that begins at the first. */
function allTransitions(key: string, values: readonly string[]): Values[] {
  return values.flatMap((from, i) =>
    values.slice(i + 1).flatMap((to) => [{ [key]: to }, { [key]: from }]),
  );
}

const others = (key: keyof typeof choices, standing: string): Values[] =>
  choices[key].filter((value) => value !== standing).map((value) => ({ [key]: value }));

const flag = (key: string, value: boolean): Values => ({ [key]: String(value) });

const services = (...list: object[]) => JSON.stringify(list);
const auth = {
  name: "auth",
  paths: ["/auth", "/auth/*"],
  port: 8080,
  healthCheckPath: "/auth/health",
  secrets: ["AUTH_SIGNING_KEY"],
};
const products = {
  name: "products",
  paths: ["/products", "/products/*"],
  port: 8080,
  healthCheckPath: "/products/health",
};
const shop = {
  name: "shop",
  paths: ["/", "/shop", "/shop/*"],
  port: 8080,
  healthCheckPath: "/shop/health",
};
const cart = {
  name: "cart",
  paths: ["/cart", "/cart/*"],
  port: 8080,
  healthCheckPath: "/cart/health",
};
const withoutTasks = (service: object) => ({ ...service, desiredCount: 0 });

const zones = (...letters: string[]) => ({
  availabilityZones: letters.map((letter) => `ap-northeast-1${letter}`).join(),
});
const codedeploy = { cicdDeploy: "codedeploy" };
const github = { cicdSource: "github", cicdGithubRepository: "somebody/nginx" };
const spot = { fargateSpotWeight: "3" };

/** The changes to try, by setting. */
export const changes: Readonly<Record<string, readonly Change[]>> = {
  "aws:region": [
    {
      to: [{ "aws:region": "us-east-1", availabilityZones: "us-east-1a,us-east-1b" }],
      on: ["fargate"],
      refused: /aws:region us-east-1: the stack is in ap-northeast-1/,
    },
  ],
  chapters: [
    {
      to: [
        "ec2",
        "fargate",
        "cicd",
        "fargate",
        "microservices",
        "network",
        "ec2",
        "cicd",
        "microservices",
        "ec2",
        "network",
        "cicd",
        "network",
        "express",
        "fargate",
        "express",
      ].map((chapters) => ({ chapters })),
      tour: true,
      on: ["fargate"],
      alone: true,
    },
    {
      to: [
        "fargate,ec2",
        "fargate,ec2,cicd",
        "network,fargate,ec2,cicd,microservices",
        "ec2,cicd,microservices",
        "cicd,microservices",
        "fargate,microservices",
        "fargate,express",
      ].map((chapters) => ({ chapters })),
      tour: true,
      on: ["fargate"],
      alone: true,
    },
  ],
  name: [
    { to: [{ name: "web" }], on: one },
    { to: [{ name: "web" }], given: spot, on: ["fargate"], alone: true, again: true },
  ],
  learner: [{ to: [{ learner: "alice" }], on: one }],
  class: [{ to: [{ class: "spring" }], on: one }],
  expires: [
    { to: [{ expires: "2027-03-31" }], on: one },
    { to: [{ expires: "2027-03-31" }], on: ["express"], alone: true },
  ],
  sharedNetwork: [
    {
      to: [{ sharedNetwork: "none" }],
      on: ["shared"],
      alone: true,
      refused: /sharedNetwork none: the stack is in a class's network/,
    },
    {
      to: [{ sharedNetwork: "organization/ecs-handson/class" }],
      on: ["fargate"],
      refused: /sharedNetwork organization\/ecs-handson\/class: the stack is in another network/,
    },
  ],
  listenerSlot: [
    {
      to: ["7", "2", "500"].map((listenerSlot) => ({ listenerSlot })),
      tour: true,
      on: ["shared"],
      alone: true,
    },
    {
      to: [{ listenerSlot: "9" }],
      on: ["shared"],
      alone: true,
      refused: /listenerSlot 9: .* \(900 by the stack neighbour\)/,
    },
  ],
  domain: [
    { to: [{ domain: "shop.example.com" }], on: [...one] },
    { to: [{ domain: "shop.example.com" }], given: codedeploy, on: ["cicd"], alone: true },
    ...others("deploymentStrategy", "ROLLING").map((given) => ({
      to: [{ domain: "shop.example.com" }],
      given,
      on: ["fargate" as const],
      alone: true,
    })),
  ],
  hostedZoneId: [
    {
      to: [{ domain: "shop.example.com", hostedZoneId: "example.com" }],
      on: ["fargate"],
      alone: true,
      refused: /hostedZoneId: "example\.com" is not a hosted zone's id/,
    },
  ],
  certificateArn: [
    {
      to: [
        {
          certificateArn:
            "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
        },
      ],
      on: ["fargate"],
      alone: true,
      refused: /certificate\/11111111-2222-3333-4444-555555555555/,
    },
  ],
  vpcCidrBlock: [
    {
      to: [{ vpcCidrBlock: "10.1.0.0/16" }],
      on: ["fargate"],
      refused: /vpcCidrBlock 10\.1\.0\.0\/16: the stack's VPC has/,
    },
  ],
  availabilityZones: [
    { to: [zones("a", "c"), zones("d", "a", "c")], on: one },
    {
      to: [zones("a", "b", "c", "d")],
      on: ["fargate"],
      refused: /availabilityZones .*: the stack is in/,
    },
    {
      to: [zones("a", "c")],
      given: codedeploy,
      on: ["cicd"],
      refused: /availabilityZones .*: CodeDeploy deploys the service cicd-dev/,
    },
    { to: [zones("a", "c"), zones("d", "a", "c")], on: ["express"], alone: true },
  ],
  natGateways: [
    {
      to: allTransitions("natGateways", choices.natGateways),
      tour: true,
      given: { natGateways: "none" },
      on: one,
    },
    { to: [{ natGateways: "per-az" }], given: codedeploy, on: ["cicd"], alone: true },
    {
      to: [{ natGateways: "none" }],
      given: codedeploy,
      on: ["cicd"],
      refused: /natGateways none: CodeDeploy deploys the service cicd-dev/,
    },
    { to: [{ natGateways: "none" }], on: ["express"], alone: true },
  ],
  taskIngress: [
    { to: others("taskIngress", "vpc"), on: [...one] },
    { to: others("taskIngress", "vpc"), given: codedeploy, on: ["cicd"], alone: true },
  ],
  image: [
    { to: [{ image: "public.ecr.aws/docker/library/nginx:1.31.0-alpine" }], on: one },
    {
      to: [{ image: "public.ecr.aws/docker/library/nginx:1.31.0-alpine" }],
      on: ["express"],
      alone: true,
    },
  ],
  containerPort: [
    { to: [{ containerPort: "8080" }], on: ["fargate", "ec2"] },
    ...others("deploymentStrategy", "ROLLING").map((given) => ({
      to: [{ containerPort: "8080" }],
      given,
      on: ["fargate" as const],
      alone: true,
    })),
  ],
  healthCheckPath: [
    { to: [{ healthCheckPath: "/health" }], on: ["fargate", "ec2", "cicd"] },
    { to: [{ healthCheckPath: "/health" }], given: codedeploy, on: ["cicd"], alone: true },
    { to: [{ healthCheckPath: "/health" }], on: ["express"], alone: true },
  ],
  cpu: [
    { to: [{ cpu: "512", memory: "1024" }], on: fargateKinds },
    { to: [{ cpu: "512", memory: "1024" }], given: codedeploy, on: ["cicd"], alone: true },
    { to: [{ cpu: "512", memory: "1024" }], on: ["express"], alone: true },
  ],
  memory: [
    { to: [{ memory: "1024" }], on: fargateKinds },
    { to: [{ memory: "1024" }], given: codedeploy, on: ["cicd"], alone: true },
    { to: [{ memory: "1024" }], on: ["express"], alone: true },
  ],
  cpuArchitecture: [
    { to: others("cpuArchitecture", "X86_64"), on: fargateKinds },
    { to: others("cpuArchitecture", "X86_64"), given: codedeploy, on: ["cicd"], alone: true },
    {
      to: others("cpuArchitecture", "X86_64"),
      on: ["express"],
      alone: true,
      refused: /express: ECS runs Express services on X86_64/,
    },
    {
      to: others("cpuArchitecture", "X86_64"),
      given: { managedInstancesTypes: "t3.small,t4g.small" },
      on: ["managedInstances"],
      alone: true,
    },
    {
      to: others("cpuArchitecture", "X86_64"),
      on: ["managedInstances"],
      alone: true,
      refused: /managedInstancesTypes: for tasks of cpuArchitecture ARM64 ECS can launch none of/,
    },
  ],
  desiredCount: [
    { to: [{ desiredCount: "0" }, { desiredCount: "3" }], on: fargateKinds },
    { to: [{ desiredCount: "3" }], given: codedeploy, on: ["cicd"], alone: true },
    { to: [{ desiredCount: "3" }], given: { autoscaling: "cpu" }, on: ["fargate"] },
    { to: [{ desiredCount: "0" }, { desiredCount: "3" }], on: ["express"], alone: true },
  ],
  fargateWeight: [
    { to: [{ fargateWeight: "0" }], given: spot, on: ["fargate", "microservices"], again: true },
  ],
  fargateBase: [
    { to: [{ fargateBase: "1" }], given: spot, on: ["fargate", "microservices"], again: true },
  ],
  fargateSpotWeight: [
    { to: [spot], on: ["fargate", "microservices"], again: true },
    ...others("deploymentStrategy", "ROLLING").map((given) => ({
      to: [spot],
      given,
      again: true,
      on: ["fargate" as const],
      alone: true,
    })),
  ],
  deploymentStrategy: [
    {
      to: allTransitions("deploymentStrategy", choices.deploymentStrategy),
      tour: true,
      on: ["fargate"],
    },
  ],
  deploymentBakeMinutes: [
    {
      to: [{ deploymentBakeMinutes: "0" }],
      given: { deploymentStrategy: "LINEAR" },
      on: ["fargate"],
    },
    { to: [{ deploymentBakeMinutes: "0" }], given: codedeploy, on: ["cicd"], alone: true },
  ],
  deploymentStepPercent: [
    {
      to: [{ deploymentStepPercent: "50" }],
      given: { deploymentStrategy: "CANARY" },
      on: ["fargate"],
    },
    { to: [{ deploymentStepPercent: "50" }], given: { cicdDeploy: "linear" }, on: ["cicd"] },
  ],
  deploymentStepBakeMinutes: [
    {
      to: [{ deploymentStepBakeMinutes: "0" }],
      given: { deploymentStrategy: "LINEAR" },
      on: ["fargate"],
    },
    { to: [{ deploymentStepBakeMinutes: "2" }], given: { cicdDeploy: "canary" }, on: ["cicd"] },
  ],
  autoscaling: [
    { to: allTransitions("autoscaling", choices.autoscaling), tour: true, on: ["fargate"] },
    { to: others("autoscaling", "none"), on: ["ec2", "cicd", "microservices"] },
    { to: [{ autoscaling: "cpu" }], given: codedeploy, on: ["cicd"], alone: true },
    {
      to: allTransitions("autoscaling", choices.autoscaling),
      tour: true,
      on: ["express"],
      alone: true,
    },
  ],
  autoscalingMaxCount: [
    { to: [{ autoscalingMaxCount: "2" }], given: { autoscaling: "cpu" }, on: one },
  ],
  ec2InstanceType: [
    {
      to: ["t3.small", "m6i.large", "t4g.small"].map((ec2InstanceType) => ({ ec2InstanceType })),
      on: ["ec2"],
    },
  ],
  ec2MinInstances: [{ to: [{ ec2MinInstances: "0" }, { ec2MinInstances: "4" }], on: ["ec2"] }],
  ec2MaxInstances: [{ to: [{ ec2MaxInstances: "2" }, { ec2MaxInstances: "8" }], on: ["ec2"] }],
  ec2EniTrunking: [
    { to: [flag("ec2EniTrunking", true)], given: { ec2InstanceType: "m6i.large" }, on: ["ec2"] },
  ],
  ec2DesiredCount: [{ to: [{ ec2DesiredCount: "0" }, { ec2DesiredCount: "4" }], on: ["ec2"] }],
  ec2SchedulingStrategy: [
    { to: others("ec2SchedulingStrategy", "REPLICA"), on: ["ec2"], again: true },
  ],
  managedInstancesTypes: [
    { to: [{ managedInstancesTypes: "m6i.large" }], on: ["managedInstances"], alone: true },
  ],
  managedInstancesDesiredCount: [
    { to: [{ managedInstancesDesiredCount: "0" }], on: ["managedInstances"], alone: true },
  ],
  managedInstancesScaleInAfter: [
    { to: [{ managedInstancesScaleInAfter: "-1" }], on: ["managedInstances"], alone: true },
  ],
  managedInstancesHost: [
    { to: [{ managedInstancesHost: "www.example.com" }], on: ["managedInstances"], alone: true },
  ],
  ec2Host: [{ to: [{ ec2Host: "www.example.com" }], on: ["ec2"] }],
  nginxImage: [
    { to: [{ nginxImage: pushedTag }, { nginxImage: "build" }], on: ["ec2"] },
    // The repository is created with the first image that is built, and removed with the last.
    { to: [{ nginxImage: "build" }], on: ["fargate"], alone: true },
    {
      to: [{ nginxImage: "2.0" }],
      on: ["fargate"],
      alone: true,
      refused: /nginxImage 2\.0: the repository .* does not exist yet; first update with/,
    },
    {
      to: [{ nginxImage: "2.0" }],
      on: ["ec2"],
      alone: true,
      refused:
        /nginxImage 2\.0: the repository .* has no image with this tag \(it has 1\.0\); first push it/,
    },
  ],
  cicdSource: [{ to: [github], on: ["cicd"] }],
  cicdBranch: [
    { to: [{ cicdBranch: "release" }], on: ["cicd"] },
    { to: [{ cicdBranch: "release" }], given: github, on: ["cicd"] },
  ],
  cicdGithubRepository: [
    { to: [{ cicdGithubRepository: "somebody/other" }], given: github, on: ["cicd"] },
  ],
  cicdConnectionArn: [
    {
      to: [
        {
          cicdConnectionArn:
            "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/11111111-2222-3333-4444-555555555555",
        },
      ],
      given: github,
      on: ["cicd"],
    },
  ],
  cicdDeploy: [{ to: allTransitions("cicdDeploy", choices.cicdDeploy), tour: true, on: ["cicd"] }],
  cicdCodeDeploy: [
    {
      to: others("cicdCodeDeploy", "ECSAllAtOnce"),
      tour: true,
      given: codedeploy,
      on: ["cicd"],
      alone: true,
    },
  ],
  cicdApproval: [
    { to: [flag("cicdApproval", true)], on: ["cicd"] },
    { to: [flag("cicdApproval", true)], given: codedeploy, on: ["cicd"], alone: true },
  ],
  cicdNotificationEmail: [
    {
      to: [{ cicdNotificationEmail: "a@example.com" }, { cicdNotificationEmail: "b@example.com" }],
      tour: true,
      on: ["cicd"],
    },
  ],
  cicdHost: [{ to: [{ cicdHost: "www.example.com" }], on: ["cicd"] }],
  microservices: [
    ...Object.entries({
      "one more, without tasks": services(auth, products, withoutTasks(cart), shop),
      "another order": services(shop, products, auth),
      "another port": services(auth, { ...products, port: 9090, healthCheckPath: "/" }, shop),
      "other paths": services(auth, products, { ...shop, paths: ["/shop"] }),
      "another size": services(auth, products, { ...shop, cpu: 512, memory: 1024 }),
      "more variables": services(auth, products, {
        ...shop,
        environment: { A: "1" },
        secrets: ["TOKEN"],
      }),
      "no secret": services({ ...auth, secrets: [] }, products, shop),
      "more tasks": services(auth, products, { ...shop, desiredCount: 2 }),
      "paths swapped": services(
        auth,
        { ...products, paths: shop.paths },
        { ...shop, paths: products.paths },
      ),
    }).map(([called, microservices], i) => ({
      to: [{ microservices }],
      called,
      on: ["microservices" as const],
      alone: i > 1,
    })),
    // A repository is removed with its images: the way back begins without tasks, until an image has been pushed.
    ...Object.entries({
      "one fewer, and back": [services(auth, shop), services(auth, withoutTasks(products), shop)],
      "another name, and back": [
        services(auth, products, withoutTasks({ ...shop, name: "store" })),
        services(auth, products, withoutTasks(shop)),
      ],
    }).map(([called, lists]) => ({
      to: lists.map((microservices) => ({ microservices })),
      tour: true,
      called,
      on: ["microservices" as const],
    })),
    {
      to: [{ microservices: services(auth, products, cart, shop) }],
      called: "one more, whose image nobody has pushed",
      on: ["microservices" as const],
      alone: true,
      refused:
        /ecs-handson-dev\/cart does not exist yet; first update with microservicesImage=build/,
    },
  ],
  microservicesImage: [
    { to: [{ microservicesImage: "build" }], on: ["microservices"] },
    {
      to: [{ microservicesImage: "2.0" }],
      on: ["microservices"],
      alone: true,
      refused: /microservicesImage 2\.0: the repository .* has no image with this tag/,
    },
  ],
  executeCommand: [
    { to: [flag("executeCommand", false)], on: one },
    { to: [flag("executeCommand", false)], given: codedeploy, on: ["cicd"], alone: true },
  ],
  logRetentionDays: [
    { to: [{ logRetentionDays: "7" }], on: one },
    { to: [{ logRetentionDays: "7" }], on: ["express"], alone: true },
  ],
};

const chaptersOf: Record<Chapters, string> = {
  fargate: "fargate",
  ec2: "ec2",
  managedInstances: "managedInstances",
  cicd: "cicd",
  microservices: "microservices",
  express: "express",
  all: "fargate,ec2,cicd,microservices",
  shared: "fargate,ec2,microservices",
};

/** The settings that a stack of these chapters is first deployed with. */
export const standing = (chapters: Chapters): Values => ({
  chapters: chaptersOf[chapters],
  // Built images make no difference to a stack, and take longer.
  microservicesImage: pushedTag,
  ...(chapters === "shared" ? { sharedNetwork: neighbour.sharedNetwork } : {}),
});

/** Every row: each change on a stack of each chapter that it affects, and on a stack of all. */
export const rows: readonly Row[] = Object.entries(changes).flatMap(([key, list]) =>
  list.flatMap((change) =>
    [...change.on, ...(change.alone ? [] : ["all" as const])].map((chapters) =>
      rowOf(key, change, chapters),
    ),
  ),
);

function rowOf(key: string, change: Change, chapters: Chapters): Row {
  const { to, tour = false, given = {}, refused } = change;
  const isGiven = Object.keys(given).length > 0;
  const base = standing(chapters);
  const before: Step = { values: { ...base, ...given } };
  // A stack of all chapters takes long, and goes to each value once.
  const values = chapters === "all" && tour ? uniqueValues(to) : to;
  const steps = values.flatMap((changed): Step[] => [
    { values: { ...before.values, ...changed }, refused },
    ...(tour ? [] : [before]),
  ]);
  const label = change.called ?? values.map((changed) => changed[key]).join(tour ? " → " : ", ");
  return {
    title: `${key}: ${label}${isGiven ? `, with ${text(given)}` : ""}, on ${chapters}`,
    chapters,
    steps: [
      ...(isGiven ? [before] : []),
      ...steps,
      ...(tour ? [before] : []),
      ...(isGiven ? [{ values: base }] : []),
      ...(change.again || [before, ...steps].some(movesRequests) ? [{ values: base }] : []),
    ],
  };
}

/** Whether deployments move requests with these settings: the update after the one that returns drops a target group. */
function movesRequests({ values }: Step): boolean {
  const { deploymentStrategy = "ROLLING", cicdDeploy = "rolling" } = values;
  return deploymentStrategy !== "ROLLING" || cicdDeploy !== "rolling";
}

function uniqueValues(list: readonly Values[]): Values[] {
  return [...new Map(list.map((values) => [JSON.stringify(values), values])).values()];
}

function text(values: Values): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}
