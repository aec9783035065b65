import type { Architecture } from "./architecture";
import { drawExpress, toldWhatEcsMade } from "./express";
import { drawNetwork, drawReachFrom, drawReachTo, vpcOf } from "./network";
import { permissionsOf } from "./permissions";
import { addArrow, arrowKey, nested, type Picture } from "./picture";
import { reachOf } from "./reach";
import { References } from "./references";
import { drawRegional, REGIONAL_TYPES } from "./regional";
import { drawServices, drawTargets } from "./services";
import { compareText, sorted, type StackResource, type StackState } from "./state";
import { drawTraffic } from "./traffic";
import { BOX_TYPES, NOT_DRAWN, PART_TYPES, SUBNETS } from "./types";

/** Builds the architecture from a stack's state; the order of the resources does not matter. */
export function architectureOf({ project, stack, resources }: StackState): Architecture {
  const ordered = sorted(resources);
  const references = new References(ordered);
  const picture: Picture = {
    references,
    permissions: permissionsOf(references),
    boxes: new Map(),
    arrows: new Map(),
    parties: [],
  };
  drawNetwork(picture);
  drawTraffic(picture);
  drawServices(picture);
  drawTargets(picture);
  drawReach(picture);
  drawRegional(picture);
  drawExpress(picture);
  return {
    project,
    stack,
    boxes: nested(toldWhatEcsMade(picture, [...picture.boxes.values()])),
    arrows: [...picture.arrows.values()].sort((one, other) =>
      compareText(arrowKey(one), arrowKey(other)),
    ),
    unknownTypes: unknownTypes(ordered),
  };
}

/** Whether the picture knows a type: it either draws it or omits it on purpose. */
export function isKnownType(type: string): boolean {
  return (
    [...BOX_TYPES, ...PART_TYPES, ...REGIONAL_TYPES].includes(type) ||
    Object.hasOwn(NOT_DRAWN, type)
  );
}

function unknownTypes(resources: readonly StackResource[]): Map<string, number> {
  const types = resources.map(({ type }) => type).filter((type) => !isKnownType(type));
  return new Map(
    [...new Set(types)]
      .sort(compareText)
      .map((type) => [type, types.filter((other) => other === type).length]),
  );
}

/** Draws arrows for who may reach whom, according to the security groups. */
function drawReach(picture: Picture): void {
  const { references, parties, permissions, arrows } = picture;
  const subnetsOf = (key: string): StackResource[] => {
    const blocks = parties.find((party) => party.key === key)?.blocks ?? [];
    return references
      .ofType(SUBNETS)
      .filter(({ props }) =>
        [props.cidrBlock, props.ipv6CidrBlock].some(
          (block) => typeof block === "string" && blocks.includes(block),
        ),
      );
  };
  // Traffic from a load balancer is drawn via its target group.
  const byTargetGroup = new Set(
    [...arrows.values()]
      .filter(({ kind }) => kind === "forward")
      .flatMap(({ from, to }) =>
        [...arrows.values()]
          .filter((arrow) => arrow.from === to && arrow.kind === "reach")
          .map((arrow) => `${from} ${arrow.to} ${arrow.label}`),
      ),
  );
  for (const { from, to, ports } of reachOf(parties, permissions)) {
    if (to.kind === "party" && from.kind === "party") {
      if (byTargetGroup.has(`${from.key} ${to.key} ${ports}`)) continue;
      addArrow(picture, { kind: "reach", from: from.key, to: to.key, label: ports });
    } else if (to.kind === "party") {
      drawReachFrom(picture, from, to.key, ports, vpcOf(references, subnetsOf(to.key)));
    } else if (from.kind === "party") {
      drawReachTo(picture, from.key, to, ports, subnetsOf(from.key));
    }
  }
}
