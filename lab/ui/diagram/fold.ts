import type { Architecture, Box, Facts, Line } from "./architecture";

type Access = Extract<Facts, { what: "subnet" }>["access"];

/** A picture with a single card for the zones of each VPC, which lists what is in the subnets of each kind. */
export function folded(architecture: Architecture): Architecture {
  const { boxes } = architecture;
  return {
    ...architecture,
    boxes: boxes
      .filter(({ shape }) => shape !== "zone" && shape !== "subnet")
      .flatMap((box) => [box, ...cardOf(box, boxes)]),
  };
}

/** The card for the zones in a box. */
function cardOf({ key }: Box, boxes: readonly Box[]): Box[] {
  const zones = boxes.filter(({ parent, shape }) => shape === "zone" && parent === key);
  const [first] = zones;
  if (first === undefined) return [];
  const subnets = boxes.filter(({ parent }) => zones.some((zone) => zone.key === parent));
  return [
    {
      key: `${key} zones`,
      shape: "card",
      kind: first.kind,
      title: namesOf(zones.map(({ title }) => title)),
      lines: (["public", "private", "isolated"] as const).flatMap((access) =>
        linesOf(access, subnets),
      ),
      parent: key,
      urns: subnets.flatMap(({ urns }) => urns),
      ...(zones.some(({ mark }) => mark !== undefined) ? { mark: "changed" } : {}),
    },
  ];
}

/** `ap-northeast-1a, 1c, 1d`: their common prefix appears only once. */
function namesOf([first = "", ...others]: readonly string[]): string {
  const common = first.slice(0, first.lastIndexOf("-") + 1);
  const name = (zone: string) => (zone.startsWith(common) ? zone.slice(common.length) : zone);
  return [first, ...others.map(name)].join(", ");
}

/** What is in the subnets of a kind, without duplicates. */
function linesOf(access: Access, all: readonly Box[]): Line[] {
  const subnets = all.filter(({ facts }) => facts?.what === "subnet" && facts.access === access);
  const residents = new Map(
    subnets.flatMap(({ kind, lines }) =>
      lines.map((line) => {
        const text = `${kind}: ${line.text}`;
        return [text, { ...line, key: text, text }] as const;
      }),
    ),
  );
  return [...residents.values()];
}
