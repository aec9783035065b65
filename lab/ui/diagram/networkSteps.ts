import type { Architecture, Box, Facts as BoxFacts } from "./architecture";
import type { PictureLanguage } from "./language";
import type { Palette } from "./palette";
import { phonePicture, phoneStyle, text } from "./phonePicture";

/** The steps in which a network is built; each includes the earlier ones. */
export const networkSteps = ["vpc", "subnets", "routes", "load-balancer", "tasks"] as const;
export type NetworkStep = (typeof networkSteps)[number];

/** What a stack with one VPC and a service behind a load balancer has. */
interface Facts {
  readonly vpc: string;
  readonly zones: readonly {
    readonly name: string;
    readonly publicBlock: string;
    readonly privateBlock: string;
    readonly hasNat: boolean;
  }[];
  readonly loadBalancer: string;
  readonly listener: string;
  readonly service: string;
  /** The service's desired count. */
  readonly tasks: number;
}

const words = {
  en: {
    vpc: "1. A VPC: a network of your own",
    subnets: "2. Subnets: a public and a private one a zone",
    routes: "3. Routes: the ways in and out",
    "load-balancer": "4. A load balancer in the public subnets",
    tasks: "5. Tasks in the private subnets",
    public: "public",
    private: "private",
    internet: "internet",
    gateway: "internet gateway",
    loadBalancer: "load balancer",
    service: "service",
    task: "task",
  },
  ja: {
    vpc: "1. VPC: 自分だけのネットワーク",
    subnets: "2. サブネット: ゾーンごとに 2 つ",
    routes: "3. ルート: 外との出入り口",
    "load-balancer": "4. パブリックサブネットのロードバランサー",
    tasks: "5. プライベートサブネットのタスク",
    public: "パブリック",
    private: "プライベート",
    internet: "インターネット",
    gateway: "インターネットゲートウェイ",
    loadBalancer: "ロードバランサー",
    service: "サービス",
    task: "タスク",
  },
} as const;

const height = 372;
const column = { first: 22, width: 110, gap: 8 };
const publicTop = 138;
const privateTop = 252;
const cellHeight = 100;
/** Top of the load balancer in the public subnets. */
const balancerTop = publicTop + 66;
/** Horizontal centre of the internet and its gateway. */
const gateway = 240;

/**
 * Draws a step of a stack's network: what is new in colour, what was there before in grey.
 * @throws Error if the stack lacks something that the pictures show
 */
export function drawNetworkStep(
  architecture: Architecture,
  step: NetworkStep,
  language: PictureLanguage,
): string {
  const facts = factsOf(architecture);
  const say = words[language];
  const now = networkSteps.indexOf(step);
  const parts = networkSteps.slice(0, now + 1).flatMap((one, index) => {
    const inside = drawings[one](facts, say);
    return [`<g class="${index === now ? "new" : "old"}">`, ...inside, "</g>"];
  });
  const title = say[step];
  const elements = [text("step", 12, 22, title), ...parts];
  return phonePicture({ language, title, height, style, elements });
}

type Words = (typeof words)[PictureLanguage];

const x = (zone: number) => column.first + zone * (column.width + column.gap);

/** What each step adds. */
const drawings: Readonly<Record<NetworkStep, (facts: Facts, say: Words) => string[]>> = {
  vpc: ({ vpc }) => [rect("frame", 12, 88, 366, 276), text("name", 20, 104, `VPC ${vpc}`)],
  subnets: ({ zones }, say) =>
    zones.flatMap((zone, index) => [
      text("small", x(index), 128, zone.name),
      rect("cell", x(index), publicTop, column.width, cellHeight),
      text("name", x(index) + 6, publicTop + 16, say.public),
      text("small", x(index) + 6, publicTop + 30, zone.publicBlock),
      rect("cell", x(index), privateTop, column.width, cellHeight),
      text("name", x(index) + 6, privateTop + 16, say.private),
      text("small", x(index) + 6, privateTop + 30, zone.privateBlock),
    ]),
  routes: ({ zones }, say) => [
    rect("card", gateway - 60, 34, 120, 22, 11),
    text("name", gateway, 49, say.internet, "middle"),
    rect("card", gateway - 90, 76, 180, 22, 4),
    text("name", gateway, 91, say.gateway, "middle"),
    arrow("way", [gateway, 56], [gateway, 76]),
    arrow("way", [gateway, 76], [gateway, 56]),
    ...zones.flatMap(({ hasNat }, index) =>
      hasNat
        ? [
            rect("card", x(index) + 62, publicTop + 38, 42, 20, 4),
            text("name", x(index) + 83, publicTop + 52, "NAT", "middle"),
            // From all private subnets, via the public subnet that the NAT gateway is in.
            ...zones.map((_, from) =>
              arrow("out", [x(from) + 84, privateTop], [x(index) + 92, publicTop + 58]),
            ),
            // Between the columns: the names of the zones stand over these.
            arrow(
              "out",
              [x(index) + 100, publicTop + 38],
              [x(index) + column.width + column.gap / 2, publicTop + 20],
              [x(index) + column.width + column.gap / 2, publicTop - 24],
              [gateway - 74, 98],
            ),
          ]
        : [],
    ),
  ],
  "load-balancer": ({ listener, loadBalancer }, say) => [
    rect("card", x(0) + 4, balancerTop, x(2) + column.width - x(0) - 8, 24, 4),
    text("name", x(0) + 12, balancerTop + 16, `${say.loadBalancer} ${loadBalancer}, ${listener}`),
    arrow("way", [gateway, 98], [gateway, balancerTop]),
  ],
  tasks: ({ service, tasks, zones }, say) => [
    rect("dashed", x(0) - 4, privateTop + 44, x(2) + column.width - x(0) + 8, 52, 4),
    text("name", x(0) + 4, privateTop + 91, `${say.service} ${service}`),
    ...zones.slice(0, tasks).flatMap((_, index) => [
      rect("card", x(index) + 40, privateTop + 52, 64, 22, 4),
      text("name", x(index) + 72, privateTop + 67, say.task, "middle"),
      // Beside what is written in the subnet.
      arrow("way", [x(index) + 98, balancerTop + 24], [x(index) + 98, privateTop + 52]),
    ]),
  ],
};

/** A box with what it is. */
type Known<What extends BoxFacts["what"]> = Box & {
  readonly facts: Extract<BoxFacts, { what: What }>;
};

function factsOf({ boxes }: Architecture): Facts {
  const zones = boxes.filter(({ shape }) => shape === "zone");
  if (zones.length !== 3) throw new Error("the pictures of a network have room for three zones");
  const loadBalancer = theOne(boxes, "load balancer");
  const service = theOne(boxes, "service");
  const [listener] = loadBalancer.facts.listeners;
  theOne(boxes, "internet gateway");
  return {
    vpc: theOne(boxes, "VPC").facts.block,
    zones: zones.map((zone) => {
      const inside = boxes.filter(({ parent }) => parent === zone.key);
      const subnet = (access: "public" | "private") =>
        theOne(inside, "subnet", access, ({ facts }) => facts.access === access).facts;
      const { block: publicBlock, hasNat } = subnet("public");
      return { name: zone.title, publicBlock, privateBlock: subnet("private").block, hasNat };
    }),
    loadBalancer: loadBalancer.title,
    listener: listener ? `${listener.protocol} :${listener.port}` : "",
    service: service.title,
    tasks: service.facts.tasks,
  };
}

/** @throws Error if there is none of a kind, or more than one */
function theOne<What extends BoxFacts["what"]>(
  boxes: readonly Box[],
  what: What,
  which = "",
  isMeant: (box: Known<What>) => boolean = () => true,
): Known<What> {
  const isKnown = (box: Box): box is Known<What> => box.facts?.what === what;
  const [found, another] = boxes.filter(isKnown).filter(isMeant);
  const name = `${which} ${what}`.trim();
  if (found === undefined) throw new Error(`the pictures of a network need one: ${name}`);
  if (another !== undefined) throw new Error(`the pictures of a network need one ${name} only`);
  return found;
}

const rect = (className: string, left: number, top: number, wide: number, high: number, r = 3) =>
  `<rect class="${className}" x="${left}" y="${top}" width="${wide}" height="${high}" rx="${r}"/>`;

/** A line by way of points with a head at its end. */
function arrow(className: string, ...points: readonly [Point, Point, ...Point[]]): string {
  const [[fromX, fromY], [toX, toY]] = points.slice(-2) as [Point, Point];
  const angle = (Math.atan2(toY - fromY, toX - fromX) * 180) / Math.PI;
  return (
    `<path class="${className}" d="M${points.map((point) => point.join(" ")).join("L")}"/>` +
    `<path class="head" d="M0 0l-7 -3.5v7z" transform="translate(${toX} ${toY}) rotate(${Math.round(angle)})"/>`
  );
}

type Point = readonly [x: number, y: number];

const colours = ({ card, frame, ink, inner, line, paper, reach, soft }: Palette) =>
  `
text { fill: ${ink}; }
.old text { fill: ${soft}; }
.new text { fill: ${reach}; }
.paper { fill: ${paper}; }
.old rect, .old .way, .old .out { stroke: ${line}; }
.new rect, .new .way, .new .out { stroke: ${reach}; }
.old .head { fill: ${line}; }
.new .head { fill: ${reach}; }
.frame { fill: ${frame}; }
.cell { fill: ${inner}; }
.card { fill: ${card}; }
`;

const style = phoneStyle(
  `
.step { font-size: 15px; font-weight: 600; }
.name { font-size: 12px; }
.small { font-size: 11.5px; }
rect { stroke-width: 1; }
.new rect { stroke-width: 1.8; }
.way, .out { fill: none; stroke-width: 1.4; }
.out { stroke-dasharray: 4 3; }
.dashed { fill: none; stroke-dasharray: 5 3; }
`,
  colours,
);
