/** Colours of a picture, as `#rrggbb`. */
export interface Palette {
  paper: string;
  ink: string;
  soft: string;
  line: string;
  card: string;
  frame: string;
  inner: string;
  reach: string;
  made: string;
  added: string;
  changed: string;
  removed: string;
}

/** On white paper. */
export const light: Palette = {
  paper: "#ffffff",
  ink: "#16202c",
  soft: "#51606f",
  line: "#7b8a99",
  card: "#ffffff",
  frame: "#f5f8fb",
  inner: "#ebf1f6",
  reach: "#1456b8",
  made: "#7a3a9a",
  added: "#116329",
  changed: "#8a4b00",
  removed: "#b3172b",
};

/** For readers who prefer dark pages. */
export const dark: Palette = {
  paper: "#11171d",
  ink: "#e8eef4",
  soft: "#a8b6c4",
  line: "#74838f",
  card: "#1f2933",
  frame: "#171f27",
  inner: "#1c2630",
  reach: "#7fb2ff",
  made: "#cf9bf0",
  added: "#63d68a",
  changed: "#f0b35b",
  removed: "#ff8f9a",
};
