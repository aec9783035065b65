import type { Architecture, Box, Line } from "./architecture";
import type { PlannedChange } from "./changes";
import { arrowKey, nested } from "./picture";
import { UNKNOWN_TEXT } from "./references";
import { compareText } from "./state";

/**
 * One picture of a stack before and after an update, with marks on what the update adds, changes and
 * removes.
 */
export function compare(
  before: Architecture,
  after: Architecture,
  changes: ReadonlyMap<string, PlannedChange>,
): Architecture {
  const olds = new Map(before.boxes.map((box) => [box.key, box]));
  const news = new Map(after.boxes.map((box) => [box.key, box]));
  const boxes = [...new Set([...olds.keys(), ...news.keys()])]
    .sort(compareText)
    .flatMap((key) => comparedBox(olds.get(key), news.get(key), changes) ?? []);
  return {
    project: after.project,
    stack: after.stack,
    boxes: nested(boxes),
    arrows: comparedArrows(before, after),
    unknownTypes: new Map(
      [...before.unknownTypes, ...after.unknownTypes].sort(([one], [other]) =>
        compareText(one, other),
      ),
    ),
  };
}

function comparedBox(
  old: Box | undefined,
  now: Box | undefined,
  changes: ReadonlyMap<string, PlannedChange>,
): Box | undefined {
  if (!old || !now) {
    const box = now ?? old;
    return box && { ...box, mark: now ? "added" : "removed" };
  }
  const renamed: Line[] =
    old.title === now.title ? [] : [{ key: "name before", text: old.title, mark: "removed" }];
  const lines = [...renamed, ...comparedLines(old.lines, now.lines)];
  const isVisible = lines.some(({ mark }) => mark !== undefined);
  const notes = changeLines(now, changes, isVisible);
  const isChanged = notes.length > 0 || (isVisible && now.shape === "card");
  return { ...now, lines: [...lines, ...notes], ...(isChanged ? { mark: "changed" } : {}) };
}

/** Lines for the changes of a box's resources that its other lines do not show. */
function changeLines(
  { key, urns }: Box,
  changes: ReadonlyMap<string, PlannedChange>,
  isVisible: boolean,
): Line[] {
  const own = changes.get(key);
  if (own?.action === "replace") {
    return [{ key: "replaced", text: "is replaced", mark: "changed" }];
  }
  if (isVisible) return [];
  const inputs = urns.flatMap((urn) => {
    const change = changes.get(urn);
    return change && change.action !== "create" ? change.inputs : [];
  });
  const names = [...new Set(inputs)].sort(compareText);
  return names.length === 0
    ? []
    : [{ key: "changes", text: `other ${names.join(", ")}`, mark: "changed" }];
}

function comparedLines(olds: readonly Line[], news: readonly Line[]): Line[] {
  const compared = news.flatMap((line): Line[] => {
    const old = olds.find(({ key }) => key === line.key);
    if (!old) return [{ ...line, mark: "added" }];
    // A value that only the update will determine may turn out the same.
    if (old.text === line.text || line.text.includes(UNKNOWN_TEXT)) return [old];
    return [
      { ...old, key: `${old.key} before`, mark: "removed" },
      { ...line, mark: "added" },
    ];
  });
  const gone = olds.filter(({ key }) => !news.some((line) => line.key === key));
  return [...compared, ...gone.map((line): Line => ({ ...line, mark: "removed" }))];
}

function comparedArrows(before: Architecture, after: Architecture): Architecture["arrows"] {
  const olds = new Map(before.arrows.map((arrow) => [arrowKey(arrow), arrow]));
  const news = new Map(after.arrows.map((arrow) => [arrowKey(arrow), arrow]));
  return [...new Set([...olds.keys(), ...news.keys()])].sort(compareText).flatMap((key) => {
    const [old, now] = [olds.get(key), news.get(key)];
    if (old && now) return [now];
    if (now) return [{ ...now, mark: "added" as const }];
    return old ? [{ ...old, mark: "removed" as const }] : [];
  });
}
