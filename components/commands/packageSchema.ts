import { readFileSync } from "node:fs";
import * as path from "node:path";

import ts from "typescript";

import type { ComponentSchema, PackageSchema } from "../provider/schema";
import { Inexpressible, packageName, PropertyTypes, tokenFor } from "./propertyTypes";

const folder = path.join(__dirname, "..");

export interface MadeSchema {
  schema: PackageSchema;
  /** Reasons why something is not available in other languages, by name: `Component` or `Component.argument`. */
  leftOut: ReadonlyMap<string, string>;
}

/** Reads the components' source and describes them as Pulumi needs it to offer them in other languages. */
export function packageSchema(): MadeSchema {
  const entry = path.join(folder, "index.ts");
  const options = compilerOptions();
  const program = ts.createProgram([entry], options, quickHost(options));
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${entry} exports nothing`);

  const classes = new Map(
    checker
      .getExportsOfModule(module)
      .map((one) => (one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one))
      .filter(isComponent)
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((symbol) => [symbol, tokenFor(symbol.name)] as const),
  );
  const types = new PropertyTypes(checker, classes);
  const leftOut = new Map<string, string>();
  const resources: Record<string, ComponentSchema> = {};
  for (const [symbol, token] of classes) {
    const before = { ...types.types };
    try {
      resources[token] = componentSchema(symbol, checker, types, leftOut);
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      types.types = before;
      leftOut.set(symbol.name, error.message);
    }
  }
  return { schema: { ...manifest(), language: languages, resources, types: types.types }, leftOut };
}

/** Skips providers' packages, which would take most of the time: their types do not appear in the schema. */
function quickHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    resolveModuleNameLiterals: (literals, file) =>
      literals.map(({ text }) =>
        /^@pulumi\/(?!pulumi\b)/.test(text)
          ? { resolvedModule: undefined }
          : ts.resolveModuleName(text, file, options, host),
      ),
  };
}

function compilerOptions(): ts.CompilerOptions {
  const file = path.join(folder, "..", "tsconfig.json");
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config: object };
  return ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, path.dirname(file))
    .options;
}

/** Each SDK has the version of the package. */
const languages = Object.fromEntries(
  ["nodejs", "python", "go", "csharp", "java"].map((name) => [
    name,
    { respectSchemaVersion: true },
  ]),
);

function manifest() {
  const text = readFileSync(path.join(folder, "package.json"), "utf8");
  const { version, description, license } = JSON.parse(text) as Record<
    "version" | "description" | "license",
    string
  >;
  return { name: packageName, version, description, license };
}

/** Whether a class passes a Pulumi type in its constructor. */
function isComponent(symbol: ts.Symbol): boolean {
  const [first] = constructorOf(symbol)?.body?.statements ?? [];
  if (!first || !ts.isExpressionStatement(first) || !ts.isCallExpression(first.expression)) {
    return false;
  }
  const { expression, arguments: args } = first.expression;
  const [type] = args;
  return (
    expression.kind === ts.SyntaxKind.SuperKeyword &&
    type !== undefined &&
    ts.isStringLiteral(type) &&
    type.text.startsWith(`${packageName}:`)
  );
}

function constructorOf(symbol: ts.Symbol): ts.ConstructorDeclaration | undefined {
  const declaration = symbol.valueDeclaration;
  return declaration && ts.isClassDeclaration(declaration)
    ? declaration.members.find((member) => ts.isConstructorDeclaration(member))
    : undefined;
}

function componentSchema(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  types: PropertyTypes,
  leftOut: Map<string, string>,
): ComponentSchema {
  const args = constructorOf(symbol)?.parameters[1];
  if (!args) throw new Inexpressible(`${symbol.name} takes no arguments`);
  const skip = (property: ts.Symbol, why: Inexpressible) => {
    leftOut.set(`${symbol.name}.${property.name}`, why.message);
  };
  const inputs = types.shape(
    checker.getTypeAtLocation(args).getProperties(),
    symbol.name,
    undefined,
    (property, why) => {
      // A component whose required argument cannot be expressed is left out.
      if ((property.flags & ts.SymbolFlags.Optional) === 0) throw why;
      skip(property, why);
    },
  );
  const outputs = types.shape(outputsOf(symbol, checker), symbol.name, symbol, skip);
  return {
    isComponent: true,
    ...outputs,
    inputProperties: inputs.properties,
    requiredInputs: inputs.required,
  };
}

/** Public properties of the class and of this package's classes that it extends. */
function outputsOf(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const bases = (type.getBaseTypes() ?? []).flatMap((base) => base.getSymbol() ?? []);
  return [
    ...ownOutputsOf(symbol),
    ...bases.filter(isOwn).flatMap((base) => outputsOf(base, checker)),
  ];
}

const isOwn = ({ declarations = [] }: ts.Symbol) =>
  declarations.some((one) => path.dirname(one.getSourceFile().fileName).startsWith(folder));

function ownOutputsOf(symbol: ts.Symbol): ts.Symbol[] {
  return [...(symbol.members?.values() ?? [])].filter(({ valueDeclaration, flags }) => {
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    return (
      (flags & ts.SymbolFlags.Property) !== 0 &&
      valueDeclaration !== undefined &&
      (ts.getCombinedModifierFlags(valueDeclaration) & hidden) === 0
    );
  });
}
