import type { Architecture, Arrow, Box } from "./architecture";
import { markWord } from "./marks";

/** A picture in words: for those who do not see it, and for those who search for a text in it. */
export function describe(architecture: Architecture): { title: string; text: string } {
  const { project, stack, boxes, arrows } = architecture;
  const byKey = new Map(boxes.map((box) => [box.key, box]));
  const sentences = [
    ...boxes.map((box) => boxSentence(box, byKey)),
    ...arrows.map((arrow) => arrowSentence(arrow, byKey)),
    ...notDrawn(architecture),
  ];
  return { title: `Architecture of stack ${stack} of ${project}`, text: sentences.join("\n") };
}

/** The types that are missing in a picture, as a sentence; none if there are none. */
export function notDrawn({ unknownTypes }: Architecture): string[] {
  const types = [...unknownTypes].map(([type, count]) => `${count} × ${type}`);
  return types.length === 0
    ? []
    : [`Not drawn, as the picture does not know them: ${types.join(", ")}.`];
}

function boxSentence(box: Box, boxes: ReadonlyMap<string, Box>): string {
  const parent = box.parent === undefined ? undefined : boxes.get(box.parent);
  const where = parent ? ` in ${nameOf(parent)}` : "";
  const lines = box.lines.map(({ text, mark }) => (mark ? `${text} (${markWord[mark]})` : text));
  const what = lines.length > 0 ? `: ${lines.join("; ")}` : "";
  return `${nameOf(box)}${where}${what}${marked(box)}.`;
}

function arrowSentence(arrow: Arrow, boxes: ReadonlyMap<string, Box>): string {
  const [from, to] = [boxes.get(arrow.from), boxes.get(arrow.to)].map((box) =>
    box ? nameOf(box) : "",
  );
  const label = arrow.label === "" ? "" : ` (${arrow.label})`;
  const verbs = {
    reach: "may reach",
    refused: "is refused by security groups on its way to",
    forward: "sends on to",
    use: arrow.label,
  };
  const text =
    arrow.kind === "use"
      ? `${from} ${arrow.label} ${to}`
      : `${from} ${verbs[arrow.kind]} ${to}${label}`;
  return `${text}${marked(arrow)}.`;
}

function nameOf({ kind, title }: Box): string {
  return `${kind} ${title}`.trim();
}

function marked({ mark }: Pick<Box, "mark">): string {
  return mark ? ` (${markWord[mark]})` : "";
}
