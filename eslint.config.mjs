import js from "@eslint/js";
import tseslint from "typescript-eslint";

import { privateParts } from "./eslint.privateParts.mjs";

/** Longer classes are two things, with names of their own. */
const maxClassLines = {
  meta: { type: "suggestion", schema: [{ type: "integer" }] },
  create(context) {
    const [most] = context.options;
    const check = (node) => {
      const lines = node.loc.end.line - node.loc.start.line + 1;
      if (lines <= most) return;
      const message = `class ${node.id?.name ?? ""} has ${lines} lines, of at most ${most}`;
      context.report({ node: node.id ?? node, message });
    };
    return { ClassDeclaration: check, ClassExpression: check };
  },
};

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      ".lab/",
      "lab/.compiled/",
      "services/*/shared/",
      "bench/peers/cdk/dist/",
      // Of others, with packages of their own.
      "tests/door/programs/",
      // Made of the documentation.
      "site/pages/",
      "site/dist/",
      "site/.vitepress/cache/",
      "slides/dist/",
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Resources are declared for their effect on the stack, not for their value.
      "no-new": "off",
      // Numbers in names and messages read well in templates; Outputs stay forbidden.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    plugins: {
      house: { rules: { "max-class-lines": maxClassLines, "private-parts": privateParts } },
    },
    rules: {
      "house/max-class-lines": ["error", 300],
      "house/private-parts": "error",
      "max-lines": ["error", 500],
    },
  },
  // They speak the engine's protocol.
  {
    files: ["lab/provider/**", "lab/engine/languageHost/**"],
    rules: { "house/private-parts": ["error", { protocol: true }] },
  },
  // A file for each private part, with its proof; and tests, which look behind the doors.
  {
    files: [
      "loader/**",
      "lab/engine/internals/**",
      "policies/internals/**",
      "tests/**",
      // Node.js's own classes, in programs that play a container and on every port: see the files.
      "lab/runtime/dataplane/tasks/nodePreload.cjs",
      "lab/shared/guard-ports.cjs",
    ],
    rules: { "house/private-parts": "off" },
  },
  // Tables of facts, which no one reads from end to end.
  {
    files: [
      "bench/peers/scanners/cases/*.ts",
      "tests/components/badArguments/cases.ts",
      "tests/matrix/rows.ts",
      "tests/policies/cases/*.ts",
    ],
    rules: { "max-lines": "off" },
  },
  {
    files: ["services/shop/public/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        document: "readonly",
        fetch: "readonly",
        FormData: "readonly",
        setTimeout: "readonly",
      },
    },
  },
  // These load what takes long only when it is needed, or change what others load.
  {
    files: [
      "bench/previewInLab.ts",
      "classroom/cli.ts",
      "classroom/labWorker.ts",
      "lab/account/typeOf.ts",
      "lab/cli.ts",
      "lab/engine/languageHost/install.ts",
      "lab/engine/pulumiCli.ts",
      "lab/api/clients.ts",
      "lab/api/lazyModules.ts",
      "lab/shared/progress.ts",
      "lab/provider/server.ts",
      "lab/ui/commands/diagram/command.ts",
      "lab/ui/commands/operations.ts",
      "lab/ui/commands/session/operationRunner.ts",
      "lab/ui/commands/session/session.ts",
    ],
    rules: {
      "@typescript-eslint/consistent-type-imports": "off",
      "@typescript-eslint/no-require-imports": "off",
    },
  },
  { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
  // Their packages are installed only where they are used.
  {
    files: ["bench/peers/cdk/**/*.ts", "site/.vitepress/**/*.{ts,mts}"],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ["lab/ui/dashboard/public/*.mjs"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "addEventListener clearTimeout document fetch history localStorage location setTimeout",
          "EventSource FormData URLSearchParams",
        ]
          .flatMap((names) => names.split(" "))
          .map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["**/*.cjs", "bench/empty-pack/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        __dirname: "readonly",
        Buffer: "readonly",
        console: "readonly",
        exports: "readonly",
        module: "readonly",
        process: "readonly",
        require: "readonly",
        setInterval: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
