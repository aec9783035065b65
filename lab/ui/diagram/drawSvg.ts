import type { Architecture } from "./architecture";
import { layOut } from "./layout";
import { writeSvg } from "./svg";

/** Draws an architecture as SVG: the same bytes for the same architecture. */
export async function drawSvg(architecture: Architecture): Promise<string> {
  return writeSvg(architecture, await layOut(architecture));
}
