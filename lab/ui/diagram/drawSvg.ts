import type { Architecture } from "./architecture";
import { inJapanese } from "./japanese";
import type { PictureLanguage } from "./language";
import { layOut } from "./layout";
import { layOutForPhone } from "./phoneLayout";
import { writeSvg } from "./svg";

/** For which screen a picture is: `page` for all but phones, where `phone` can be read. */
export const screens = ["page", "phone"] as const;
export type Screen = (typeof screens)[number];

/** Draws an architecture as SVG: the same bytes for the same architecture. */
export async function drawSvg(
  architecture: Architecture,
  language: PictureLanguage = "en",
  screen: Screen = "page",
): Promise<string> {
  const told = language === "ja" ? inJapanese(architecture) : architecture;
  const layout = screen === "phone" ? layOutForPhone(told) : await layOut(told);
  return writeSvg(told, layout, language);
}
