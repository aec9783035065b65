import type { PictureLanguage } from "../../../lab/ui/diagram/language";
import type { Palette } from "../../../lab/ui/diagram/palette";
import {
  phonePicture,
  phoneStyle,
  phoneWidth,
  round,
  text,
} from "../../../lab/ui/diagram/phonePicture";
import { escapeXml, textWidth } from "../../../lab/ui/diagram/text";
import { type Run, SPAN_MS, type StrategyName, type TaskState } from "./record";

const left = 14;
const right = phoneWidth - 14;
const barHeight = 14;
const requestsHeight = 64;
const lineHeight = 18;

interface Words {
  readonly title: Readonly<Record<StrategyName, string>>;
  readonly old: string;
  readonly new: string;
  readonly requests: string;
  readonly seconds: string;
  /** Follows `seconds` if there is a bake time. */
  readonly baking: string;
  readonly states: Readonly<Record<"starting" | "healthy" | "draining", string>>;
  /** What happens at a moment, by lifecycle stage, or by the tasks' state in a rolling update. */
  readonly moments: Readonly<Record<string, string>>;
  readonly shift: (percent: number) => string;
  readonly end: string;
}

const words: Readonly<Record<PictureLanguage, Words>> = {
  en: {
    title: {
      rolling: "Rolling update",
      "blue-green": "Blue/green",
      canary: "Canary: 10 % first",
    },
    old: "old tasks (blue)",
    new: "new tasks (green)",
    requests: "requests, by who answered",
    seconds: "seconds in the lab",
    baking: ", where a minute of bake time is 4",
    states: { starting: "starting", healthy: "healthy", draining: "draining" },
    moments: {
      starting: "new tasks start",
      healthy: "they are healthy: old and new answer in turn",
      draining: "old tasks drain: no new requests",
      SCALE_UP: "new tasks start, without requests",
      TEST_TRAFFIC_SHIFT: "the test header leads to them",
      BAKE_TIME: "all could still go back at once",
      CLEAN_UP: "old tasks drain and stop",
    },
    shift: (percent) => `${percent} % of the requests to new tasks`,
    end: "old tasks have stopped: completed",
  },
  ja: {
    title: {
      rolling: "ローリングデプロイ",
      "blue-green": "ブルー/グリーン",
      canary: "カナリア: 最初は 10 %",
    },
    old: "古いタスク（ブルー）",
    new: "新しいタスク（グリーン）",
    requests: "リクエスト（応答したタスク別）",
    seconds: "ラボでの秒数",
    baking: "（ベイク時間の 1 分は 4 秒）",
    states: { starting: "起動中", healthy: "正常", draining: "ドレイン中" },
    moments: {
      starting: "新しいタスクが起動する",
      healthy: "正常になり、新旧が交互に応答する",
      draining: "古いタスクをドレイン（新規リクエストなし）",
      SCALE_UP: "新しいタスクが起動（リクエストなし）",
      TEST_TRAFFIC_SHIFT: "テスト用ヘッダーで確認できる",
      BAKE_TIME: "まだ一瞬で元に戻せる",
      CLEAN_UP: "古いタスクをドレインして停止",
    },
    shift: (percent) => `リクエストの ${percent} % が新しいタスクへ`,
    end: "古いタスクが停止し、デプロイ完了",
  },
};

/** A point in time that the picture explains. */
export interface Moment {
  /** In ms. */
  readonly at: number;
  /** Lifecycle stage; absent in a rolling update, which has none, and at the end. */
  readonly stage?: string;
  readonly text: string;
}

/** Draws a run as a timeline: the same bytes for the same run. */
export function drawTimeline(run: Run, language: PictureLanguage): string {
  const say = words[language];
  const moments = momentsOf(run, language);
  const x = (at: number) => left + ((right - left) * at) / run.endedAt;
  const top = 58;
  const rows = (of: "old" | "new") => run.tasks.filter(({ revision }) => revision === of);
  const newTop = top + 10 + rows("old").length * (barHeight + 3) + 22;
  const requestsTop = newTop + rows("new").length * (barHeight + 3) + 22;
  const axis = requestsTop + requestsHeight;
  const listTop = axis + 44;
  const height = listTop + moments.length * lineHeight + 6;
  const title = say.title[run.strategy];
  // The lines cross the bars and the requests, but not the labels above them.
  const parts: [number, number][] = [
    [top + 8, newTop - 22],
    [newTop, requestsTop - 22],
    [requestsTop, axis],
  ];
  const captions = moments.map(({ at, stage, text }) => `${seconds(at)} s: ${stage ?? ""} ${text}`);
  const description = captions.map((one) => one.replace(/\s+/g, " ")).join("; ");
  const elements = [
    text("title", left, 22, title),
    ...legend(say),
    text("label", left, top + 4, say.old),
    ...rows("old").flatMap((task, row) =>
      bars(task.states, "old", top + 10 + row * (barHeight + 3), run.endedAt, x),
    ),
    text("label", left, newTop - 6, say.new),
    ...rows("new").flatMap((task, row) =>
      bars(task.states, "new", newTop + row * (barHeight + 3), run.endedAt, x),
    ),
    text("label", left, requestsTop - 6, say.requests),
    ...requests(run, requestsTop, x),
    ...ticks(run, axis, x),
    text("tick", left, axis + 28, say.seconds + (run.stages.length > 0 ? say.baking : "")),
    ...moments.flatMap((moment, index) => [
      `<path class="moment" d="${parts.map(([from, to]) => `M${round(x(moment.at))} ${from}V${to}`).join("")}"/>`,
      number(x(moment.at), axis - requestsHeight / 2, index + 1),
    ]),
    ...moments.flatMap(({ stage, text: what }, index) => {
      const y = listTop + index * lineHeight + 6;
      return [
        number(left + 8, y - 4, index + 1),
        `<text class="line" x="${left + 22}" y="${y}">` +
          (stage === undefined ? "" : `<tspan class="stage">${shortStage(stage)}</tspan> `) +
          `${escapeXml(what)}</text>`,
      ];
    }),
  ];
  return phonePicture({ language, title, description, height, style, elements });
}

/** The moments to explain: stages that last or do something, or state changes of a rolling update's tasks. */
export function momentsOf(run: Run, language: PictureLanguage): Moment[] {
  const say = words[language];
  const end = { at: run.endedAt, text: say.end };
  if (run.stages.length === 0) {
    const first = (revision: "old" | "new", state: TaskState) =>
      run.tasks
        .filter((task) => task.revision === revision)
        .flatMap(({ states }) => states.filter((one) => one.state === state))
        .sort((one, other) => one.at - other.at)
        .slice(0, 1)
        .map(({ at }) => ({ at, text: say.moments[state] ?? "" }));
    return [
      ...first("new", "starting"),
      ...first("new", "healthy"),
      ...first("old", "draining"),
      end,
    ];
  }
  const shown = run.stages.flatMap(({ at, name, percent }) => {
    const what =
      name === "PRODUCTION_TRAFFIC_SHIFT" ? say.shift(percent) : (say.moments[name] ?? undefined);
    return what === undefined ? [] : [{ at, stage: name, text: what }];
  });
  return [...shown, end];
}

/** Shortens the name that is too long for a line on a phone. */
const shortStage = (stage: string) => stage.replace("PRODUCTION_TRAFFIC_SHIFT", "…TRAFFIC_SHIFT");

function bars(
  states: Run["tasks"][number]["states"],
  whose: "old" | "new",
  y: number,
  endedAt: number,
  x: (at: number) => number,
): string[] {
  return states.flatMap(({ at, state }, index) => {
    if (state === "stopped") return [];
    const to = states[index + 1]?.at ?? endedAt;
    return [
      `<rect class="${whose} ${state}" x="${round(x(at))}" y="${y}" width="${round(x(to) - x(at))}" height="${barHeight}"/>`,
    ];
  });
}

/** The share of each span's requests that new tasks answered, as an area in front of the old tasks'. */
function requests(run: Run, top: number, x: (at: number) => number): string[] {
  const shares = run.answers.map((span) => span.new / Math.max(1, span.old + span.new));
  const points = shares.flatMap((share, index) => {
    const y = round(top + requestsHeight * (1 - share));
    const from = Math.min(index * SPAN_MS, run.endedAt);
    const to = Math.min((index + 1) * SPAN_MS, run.endedAt);
    return [`${round(x(from))},${y}`, `${round(x(to))},${y}`];
  });
  const bottom = top + requestsHeight;
  return [
    `<rect class="old healthy" x="${left}" y="${top}" width="${right - left}" height="${requestsHeight}"/>`,
    `<polygon class="new healthy" points="${left},${bottom} ${points.join(" ")} ${right},${bottom}"/>`,
  ];
}

function ticks(run: Run, axis: number, x: (at: number) => number): string[] {
  const every = 5000;
  return Array.from({ length: Math.floor(run.endedAt / every) + 1 }, (_, index) => {
    const at = index * every;
    return [
      `<path class="axis" d="M${round(x(at))} ${axis}v4"/>`,
      text("tick", x(at), axis + 15, seconds(at), index === 0 ? "start" : "middle"),
    ];
  }).flat();
}

function legend({ states }: Words): string[] {
  let x = left;
  return (["starting", "healthy", "draining"] as const).flatMap((state) => {
    const from = x;
    x += 44 + textWidth(states[state], 11.5);
    return [
      `<rect class="old ${state}" x="${from}" y="30" width="12" height="10"/>`,
      `<rect class="new ${state}" x="${from + 12}" y="30" width="12" height="10"/>`,
      text("tick", from + 28, 39, states[state]),
    ];
  });
}

const number = (x: number, y: number, count: number) =>
  `<circle cx="${round(Math.min(Math.max(x, left + 8), right - 8))}" cy="${round(y)}" r="8"/>` +
  `<text class="number" x="${round(Math.min(Math.max(x, left + 8), right - 8))}" y="${round(y + 4)}" text-anchor="middle">${count}</text>`;

const seconds = (at: number) => String(Math.round(at / 1000));

const colours = ({ added, card, ink, line, paper, reach, soft }: Palette) =>
  `
text { fill: ${ink}; }
.tick { fill: ${soft}; }
.paper { fill: ${paper}; }
.axis, .moment { stroke: ${line}; }
.old { fill: ${reach}; stroke: ${reach}; }
.new { fill: ${added}; stroke: ${added}; }
circle { fill: ${card}; stroke: ${ink}; }
`;

const style = phoneStyle(
  `
.title { font-size: 15px; font-weight: 600; }
.label, .line { font-size: 12.5px; }
.stage { font-weight: 600; font-size: 11.5px; }
.tick, .number { font-size: 11.5px; }
.starting { fill-opacity: 0.12; stroke-dasharray: 3 2; }
.draining { fill-opacity: 0.45; stroke-opacity: 0.45; }
.moment { stroke-dasharray: 2 3; fill: none; }
.axis { fill: none; }
`,
  colours,
);
