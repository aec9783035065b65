import * as path from "node:path";

import ts from "typescript";

import type { EnumSchema, ObjectSchema, PropertySchema, TypeSchema } from "../provider/schema";

/** Why a type has no counterpart in other languages. */
export class Inexpressible extends Error {}

/** An argument or an output of a component, or a property of one. */
export interface Member {
  /** Name of the interface or class that has it. */
  owner: string;
  /** Its own name. */
  property: string;
}

/**
 * The types of the components' arguments and outputs in the terms of a package schema, from their TypeScript types and
 * comments, with defaults.
 */
export class PropertyTypes {
  /** Objects and choices found so far, by their token. */
  types: Record<string, ObjectSchema | EnumSchema> = {};

  /**
   * @param components tokens of the components by their class.
   */
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly components: ReadonlyMap<ts.Symbol, string>,
  ) {}

  /**
   * A property with its comment.
   *
   * @throws Inexpressible if other languages have no equivalent.
   */
  property(symbol: ts.Symbol, owner: string): PropertySchema {
    const type = this.checker.getTypeOfSymbol(symbol);
    const description = this.propertyComment(symbol);
    return {
      ...this.schemaOf(
        type,
        { owner: ownerOf(symbol) ?? owner, property: symbol.name },
        this.aliasOf(symbol),
      ),
      ...(description === "" ? {} : { description }),
    };
  }

  /** The comment of a class or an interface. */
  commentOf(symbol: ts.Symbol): string {
    return flowing(ts.displayPartsToString(symbol.getDocumentationComment(this.checker)));
  }

  /** The comment of a property, with its default and when it is an error. */
  private propertyComment(symbol: ts.Symbol): string {
    const tags = symbol.getJsDocTags(this.checker);
    const tagged = (title: string, wanted: string) =>
      tags
        .filter(({ name }) => name === wanted)
        .map(({ text }) => flowing(`${title}: ${ts.displayPartsToString(text)}.`));
    const text = this.commentOf(symbol);
    return [
      ...(text === "" ? [] : [text]),
      ...tagged("Default", "default"),
      ...tagged("Error", "throws"),
    ].join("\n\n");
  }

  private schemaOf(given: ts.Type, place: Member, declared?: ts.Symbol): TypeSchema {
    const type = this.checker.getNonNullableType(given);
    const alias = declared ?? type.aliasSymbol;
    const wrapped = this.unwrapped(type);
    if (wrapped) return withoutPlain(this.schemaOf(wrapped, place, alias));
    return { ...this.valueSchema(type, place, alias), plain: true };
  }

  private valueSchema(type: ts.Type, place: Member, alias?: ts.Symbol): TypeSchema {
    const { flags } = type;
    if (flags & ts.TypeFlags.String) return { type: "string" };
    if (flags & ts.TypeFlags.Number) return { type: "number" };
    if (flags & (ts.TypeFlags.Boolean | ts.TypeFlags.BooleanLiteral)) return { type: "boolean" };
    if (type.isUnion()) return this.unionSchema(type, place, alias);
    if (type.isStringLiteral()) return this.choice([type.value], place, alias);
    if (flags & ts.TypeFlags.Object || type.isIntersection()) return this.objectSchema(type, place);
    throw this.inexpressible(type, place);
  }

  /** A choice of strings, of shapes of one object, or of a string and an object. */
  private unionSchema({ types }: ts.UnionType, place: Member, alias?: ts.Symbol): TypeSchema {
    if (types.every((one) => (one.flags & ts.TypeFlags.BooleanLiteral) !== 0)) {
      return { type: "boolean" };
    }
    // A string can also express the number or boolean of the union.
    const plain = ts.TypeFlags.String | ts.TypeFlags.Number | ts.TypeFlags.BooleanLiteral;
    if (types.every((one) => (one.flags & plain) !== 0)) return { type: "string" };
    const texts = types.filter((one) => one.isStringLiteral());
    if (texts.length === types.length) {
      return this.choice(
        texts.map(({ value }) => value),
        place,
        alias,
      );
    }
    const others = types.filter((one) => !texts.includes(one as ts.StringLiteralType));
    const [other] = others;
    if (other === undefined || !others.every((one) => one.flags & ts.TypeFlags.Object)) {
      throw new Inexpressible(`${nameOf(place)} has too many alternatives`);
    }
    const object =
      others.length === 1
        ? this.objectSchema(other, place)
        : this.mergedSchema(others, place, alias);
    return texts.length === 0 ? object : { oneOf: [{ type: "string" }, object] };
  }

  private objectSchema(type: ts.Type, place: Member): TypeSchema {
    const symbol = type.getSymbol();
    const component = symbol && this.components.get(symbol);
    if (component !== undefined) return { $ref: `#/resources/${component}` };
    const item = this.elementOf(type);
    if (item) return { type: "array", items: this.schemaOf(item, place) };
    const value = this.checker.getIndexInfoOfType(type, ts.IndexKind.String)?.type;
    if (value) return { type: "object", additionalProperties: this.schemaOf(value, place) };
    if (type.getCallSignatures().length > 0 || type.isClass() || isForeign(symbol)) {
      throw this.inexpressible(type, place);
    }
    const name = symbol?.flags && symbol.flags & ts.SymbolFlags.Interface ? symbol.name : undefined;
    const described = name === undefined ? undefined : symbol;
    const object = this.named(baseName(name ?? nameFor(place)), (own) =>
      this.shape(type.getProperties(), own, described),
    );
    // A component has at least the properties picked from it, so it can take their place.
    const picked = this.pickedFrom(type);
    return picked === undefined ? object : { oneOf: [{ $ref: `#/resources/${picked}` }, object] };
  }

  /** Merges several objects into one with all of their properties; those that all of them require are required. */
  private mergedSchema(types: readonly ts.Type[], place: Member, alias?: ts.Symbol): TypeSchema {
    return this.named(alias?.name ?? nameFor(place), (own) => {
      const all = types.flatMap((type) => type.getProperties());
      const names = [...new Set(all.map(({ name }) => name))];
      const sames = names.map((name) => all.filter((symbol) => symbol.name === name));
      const required = sames.filter(
        (same) => same.length === types.length && !same.some((one) => this.mayBeMissing(one)),
      );
      return {
        type: "object",
        ...this.described(alias),
        properties: Object.fromEntries<PropertySchema>(
          sames.map((same) => [same[0]?.name ?? "", this.mergedProperty(same, own)] as const),
        ),
        required: required.map((same) => same[0]?.name ?? "").sort(),
      };
    });
  }

  /** Merges properties with the same name: a choice of all their strings, or their common type. */
  private mergedProperty(same: readonly ts.Symbol[], owner: string): PropertySchema {
    const [first, ...others] = same;
    if (!first) throw new Error(`${owner} has no properties`);
    if (others.length === 0) return this.property(first, owner);
    const types = same.flatMap((symbol) => {
      const type = this.checker.getNonNullableType(this.checker.getTypeOfSymbol(symbol));
      return type.isUnion() ? type.types : [type];
    });
    const texts = types.filter((type) => type.isStringLiteral()).map(({ value }) => value);
    const place = { owner, property: first.name };
    const [description = ""] = same.map((one) => this.propertyComment(one)).filter(Boolean);
    const described = description === "" ? {} : { description };
    if (texts.length === types.length) {
      return { ...this.choice(texts, place), plain: true, ...described };
    }
    return types.some(({ flags }) => flags & ts.TypeFlags.String)
      ? { type: "string", plain: true, ...described }
      : this.property(first, owner);
  }

  /** The properties of an object; optional ones that other languages cannot express are left out. */
  shape(
    symbols: readonly ts.Symbol[],
    owner: string,
    described?: ts.Symbol,
    leftOut: (symbol: ts.Symbol, why: Inexpressible) => void = refuse,
  ): ObjectSchema {
    const properties: Record<string, PropertySchema> = {};
    const required: string[] = [];
    for (const symbol of symbols) {
      const before = { ...this.types };
      try {
        properties[symbol.name] = this.property(symbol, owner);
        if (!this.mayBeMissing(symbol)) required.push(symbol.name);
      } catch (error) {
        if (!(error instanceof Inexpressible)) throw error;
        this.types = before;
        leftOut(symbol, error);
      }
    }
    return {
      type: "object",
      ...this.described(described),
      properties,
      required: required.sort(),
    };
  }

  private mayBeMissing(symbol: ts.Symbol): boolean {
    const type = this.checker.getTypeOfSymbol(symbol);
    return (
      (symbol.flags & ts.SymbolFlags.Optional) !== 0 ||
      (type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined))
    );
  }

  /** A type of the package, created at its first use. */
  private named(name: string, make: (name: string) => ObjectSchema | EnumSchema): TypeSchema {
    const token = tokenFor(name);
    const reference = { $ref: `#/types/${token}` };
    if (token in this.types) return reference;
    // Registered first, as its properties may refer back to it.
    this.types[token] = { type: "object", properties: {}, required: [] };
    this.types[token] = make(name);
    return reference;
  }

  private described(symbol: ts.Symbol | undefined): { description?: string } {
    const description = symbol ? this.commentOf(symbol) : "";
    return description === "" ? {} : { description };
  }

  private choice(values: readonly string[], place: Member, alias?: ts.Symbol): TypeSchema {
    return this.named(alias?.name ?? nameFor(place), () => ({
      type: "string",
      ...this.described(alias),
      enum: [...new Set(values)].map((value) => ({ name: constantName(value), value })),
    }));
  }

  /** What an Input or an Output holds; undefined for a value that is neither. */
  private unwrapped(type: ts.Type): ts.Type | undefined {
    const parts = type.isUnion() ? type.types : [type];
    const output = parts
      .flatMap((part) => (part.isIntersection() ? part.types : [part]))
      .find((part) => part.getSymbol()?.name === "OutputInstance");
    return output && this.checker.getTypeArguments(output as ts.TypeReference)[0];
  }

  private elementOf(type: ts.Type): ts.Type | undefined {
    return this.checker.isArrayType(type)
      ? this.checker.getTypeArguments(type as ts.TypeReference)[0]
      : undefined;
  }

  /** The name that a property's type was declared by: TypeScript loses it for optional properties. */
  private aliasOf(symbol: ts.Symbol): ts.Symbol | undefined {
    const declaration = symbol.valueDeclaration;
    const type =
      declaration && (ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration))
        ? declaration.type
        : undefined;
    if (!type || !ts.isTypeReferenceNode(type) || type.typeArguments) return undefined;
    const alias = this.checker.getSymbolAtLocation(type.typeName);
    return alias && alias.flags & ts.SymbolFlags.Alias
      ? this.checker.getAliasedSymbol(alias)
      : alias;
  }

  /** Token of the component that has all properties of an object. */
  private pickedFrom(type: ts.Type): string | undefined {
    if (type.getProperties().every((property) => this.mayBeMissing(property))) return undefined;
    const found = [...this.components].find(([symbol]) =>
      this.checker.isTypeAssignableTo(this.checker.getDeclaredTypeOfSymbol(symbol), type),
    );
    return found?.[1];
  }

  private inexpressible(type: ts.Type, place: Member): Inexpressible {
    return new Inexpressible(`${nameOf(place)} is ${this.checker.typeToString(type)}`);
  }
}

/** Name of the package among Pulumi's. */
export const packageName = "ecs-handson";

/** The token of a component or a type in a schema. */
export const tokenFor = (name: string) => `${packageName}:index:${name}`;

const nameOf = ({ owner, property }: Member) => `${owner}.${property}`;

function nameFor({ owner, property }: Member): string {
  return `${baseName(owner)}${property.charAt(0).toUpperCase()}${property.slice(1)}`;
}

/** `BlueGreen` for `BLUE_GREEN` and `PerAz` for `per-az`: each language derives its spelling of constants from that. */
function constantName(value: string): string {
  return value
    .split(/[_-]/)
    .map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("_")
    .replace(/(?<!\d)_|_(?!\d)/g, "");
}

/** Languages add `Args` to argument types themselves. */
const baseName = (name: string) => name.replace(/(Args|Inputs)$/, "");

/** Name of the interface that declares a property, which another may extend. */
function ownerOf(symbol: ts.Symbol): string | undefined {
  const parent = symbol.valueDeclaration?.parent;
  return parent && (ts.isInterfaceDeclaration(parent) || ts.isClassDeclaration(parent))
    ? parent.name?.text
    : undefined;
}

/** Whether a type belongs to another package, which describes its properties. */
function isForeign(symbol: ts.Symbol | undefined): boolean {
  const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? "";
  return symbol?.name !== "__type" && file.split(path.posix.sep).includes("node_modules");
}

function withoutPlain(schema: TypeSchema): TypeSchema {
  return { ...schema, plain: undefined };
}

/** A comment without line breaks, except between paragraphs and list items. */
function flowing(text: string): string {
  return text
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\.\.$/, ".")
    .replace(/([^\n])\n(?!\n|- )/g, "$1 ");
}

function refuse(_symbol: ts.Symbol, why: Inexpressible): never {
  throw why;
}
