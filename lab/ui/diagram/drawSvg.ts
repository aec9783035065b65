import type { Architecture } from "./architecture";
import { inJapanese } from "./japanese";
import type { PictureLanguage } from "./language";
import { layOut } from "./layout";
import { writeSvg } from "./svg";

/** Draws an architecture as SVG: the same bytes for the same architecture. */
export async function drawSvg(
  architecture: Architecture,
  language: PictureLanguage = "en",
): Promise<string> {
  const told = language === "ja" ? inJapanese(architecture) : architecture;
  return writeSvg(told, await layOut(told), language);
}
