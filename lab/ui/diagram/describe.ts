import type { Architecture, Arrow, ArrowKind, Box, Mark } from "./architecture";
import type { PictureLanguage } from "./language";
import { markWord } from "./marks";

interface Words {
  readonly title: (project: string, stack: string) => string;
  readonly within: (parent: string) => string;
  readonly between: string;
  readonly stop: string;
  readonly marked: (mark: Mark | undefined) => string;
  readonly notDrawn: (types: readonly string[]) => string;
  readonly arrow: Readonly<Record<ArrowKind, (from: string, to: string, label: string) => string>>;
}

const behind = (label: string) => (label === "" ? "" : ` (${label})`);
const behindInJapanese = (label: string) => (label === "" ? "" : `（${label}）`);

const words: Readonly<Record<PictureLanguage, Words>> = {
  en: {
    title: (project, stack) => `Architecture of stack ${stack} of ${project}`,
    within: (parent) => ` in ${parent}`,
    between: "; ",
    stop: ".",
    marked: (mark) => (mark ? ` (${markWord.en[mark]})` : ""),
    notDrawn: (types) => `Not drawn, as the picture does not know them: ${types.join(", ")}.`,
    arrow: {
      reach: (from, to, label) => `${from} may reach ${to}${behind(label)}`,
      refused: (from, to, label) =>
        `${from} is refused by security groups on its way to ${to}${behind(label)}`,
      forward: (from, to, label) => `${from} sends on to ${to}${behind(label)}`,
      use: (from, to, label) => `${from} ${label} ${to}`,
    },
  },
  ja: {
    title: (project, stack) => `${project} のスタック ${stack} の構成`,
    within: (parent) => `（${parent} の中）`,
    between: "、",
    stop: "。",
    marked: (mark) => (mark ? `（${markWord.ja[mark]}）` : ""),
    notDrawn: (types) => `図にできない種類のリソース: ${types.join("、")}。`,
    arrow: {
      reach: (from, to, label) =>
        `${from} から ${to} への通信は許可される${behindInJapanese(label)}`,
      refused: (from, to, label) =>
        `${from} から ${to} への通信はセキュリティグループに拒否される${behindInJapanese(label)}`,
      forward: (from, to, label) => `${from} から ${to} に転送${behindInJapanese(label)}`,
      use: (from, to, label) => `${from} から ${to}: ${label}`,
    },
  },
};

/** A picture in words, for readers who cannot see it, and for text search. */
export function describe(
  architecture: Architecture,
  language: PictureLanguage = "en",
): { title: string; text: string } {
  const { project, stack, boxes, arrows } = architecture;
  const say = words[language];
  const byKey = new Map(boxes.map((box) => [box.key, box]));
  const sentences = [
    ...boxes.map((box) => boxSentence(box, byKey, say)),
    ...arrows.map((arrow) => arrowSentence(arrow, byKey, say)),
    ...notDrawn(architecture, language),
  ];
  return { title: say.title(project, stack), text: sentences.join("\n") };
}

/** A sentence on the types that are missing in a picture, if any. */
export function notDrawn(
  { unknownTypes }: Architecture,
  language: PictureLanguage = "en",
): string[] {
  const types = [...unknownTypes].map(([type, count]) => `${count} × ${type}`);
  return types.length === 0 ? [] : [words[language].notDrawn(types)];
}

function boxSentence(box: Box, boxes: ReadonlyMap<string, Box>, say: Words): string {
  const parent = box.parent === undefined ? undefined : boxes.get(box.parent);
  const where = parent ? say.within(nameOf(parent)) : "";
  const lines = box.lines.map(({ text, mark }) => `${text}${say.marked(mark)}`);
  const what = lines.length > 0 ? `: ${lines.join(say.between)}` : "";
  return `${nameOf(box)}${where}${what}${say.marked(box.mark)}${say.stop}`;
}

function arrowSentence(arrow: Arrow, boxes: ReadonlyMap<string, Box>, say: Words): string {
  const name = (key: string) => {
    const box = boxes.get(key);
    return box ? nameOf(box) : "";
  };
  const { from, kind, label, mark, to } = arrow;
  return `${say.arrow[kind](name(from), name(to), label)}${say.marked(mark)}${say.stop}`;
}

function nameOf({ kind, title }: Box): string {
  return `${kind} ${title}`.trim();
}
