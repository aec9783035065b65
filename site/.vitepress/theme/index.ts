import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";

import MermaidPicture from "./MermaidPicture.vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("MermaidPicture", MermaidPicture);
  },
} satisfies Theme;
