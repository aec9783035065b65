import { EXPRESS_SERVICE, LOAD_BALANCERS, ROLE, SERVICE } from "../../../policies/graph/tokens";
import { field, items, type Value } from "../../../policies/graph/value";
import type { Box, Line } from "./architecture";
import { shortImage } from "./containers";
import { REGION } from "./network";
import { addArrow, addBox, type Picture } from "./picture";
import { shown, textOf, titleOf } from "./references";
import type { StackResource } from "./state";

/** Draws the settings of Express services, with arrows to what ECS created for them, if known. */
export function drawExpress(picture: Picture): void {
  const { references } = picture;
  for (const express of references.ofType([EXPRESS_SERVICE])) {
    const { urn } = express;
    addBox(picture, {
      key: urn,
      shape: "card",
      kind: "Express Mode service",
      title: textOf(express.props.serviceName) ?? titleOf(express),
      lines: [...taskLines(express), ...roleLines(picture, express)],
      parent: REGION,
      urns: [urn],
    });
    for (const made of references.ofType([...LOAD_BALANCERS, SERVICE])) {
      if (made.madeFor !== urn) continue;
      addArrow(picture, { kind: "use", from: urn, to: made.urn, label: "makes" });
    }
  }
}

function taskLines({ props }: StackResource): Line[] {
  const of = (name: string): Value => field(props.primaryContainer, name);
  const [scaling] = items(props.scalingTargets);
  const limit = (name: string) => shown(field(scaling, name));
  return [
    { key: "image", text: `${shortImage(shown(of("image")))}, port ${shown(of("containerPort"))}` },
    { key: "size", text: `${shown(props.cpu)} CPU units, ${shown(props.memory)} MiB` },
    ...(scaling === undefined
      ? []
      : [
          {
            key: "scaling",
            text: `scales from ${limit("minTaskCount")} to ${limit("maxTaskCount")} tasks`,
          },
        ]),
  ];
}

function roleLines({ references }: Picture, express: StackResource): Line[] {
  return (["execution", "task", "infrastructure"] as const).flatMap((which) => {
    const property = `${which}RoleArn`;
    return references
      .referred(express, property, [ROLE])
      .map((role) => ({ key: property, text: `${which} role ${titleOf(role)}` }));
  });
}

/** Marks the boxes of resources that ECS created. */
export function toldWhatEcsMade({ references }: Picture, boxes: readonly Box[]): Box[] {
  const made = new Set(
    references.resources.filter(({ madeFor }) => madeFor !== undefined).map(({ urn }) => urn),
  );
  return boxes.map((box) =>
    made.has(box.key)
      ? { ...box, maker: "ECS", lines: [{ key: "maker", text: "made by ECS" }, ...box.lines] }
      : box,
  );
}
