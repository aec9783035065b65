import type { Rule } from "eslint";

export const privateParts: Rule.RuleModule;
