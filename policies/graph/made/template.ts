import { parseDocument, type TagId, type Tags } from "yaml";

/** A CloudFormation template whose functions are not evaluated yet. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Mappings: Readonly<Record<string, unknown>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  /** Macros that rewrite it before it is deployed. */
  readonly Transform: readonly unknown[];
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: unknown;
  readonly Condition?: unknown;
}

// Source: CloudFormation Template Reference, "Intrinsic function reference": the functions with a short form.
const SHORT_FORMS = [
  ...["Base64", "Cidr", "FindInMap", "GetAtt", "GetAZs", "ImportValue", "Join", "Select", "Split"],
  ...["Sub", "Transform", "If", "Equals", "And", "Or", "Not", "Ref", "Condition"],
];

const longForm = (name: string, value: unknown): object => {
  const isPath = name === "GetAtt" && typeof value === "string";
  return {
    [name === "Ref" || name === "Condition" ? name : `Fn::${name}`]: isPath
      ? [value.split(".", 1)[0], value.slice(value.indexOf(".") + 1)]
      : value,
  };
};

const tags: Tags = SHORT_FORMS.flatMap((name) => {
  const tag = `!${name}`;
  const resolve = (value: unknown): object => longForm(name, value);
  return [
    { tag, resolve },
    { tag, collection: "seq" as const, resolve },
    { tag, collection: "map" as const, resolve },
  ];
}) satisfies Exclude<Tags, readonly TagId[]>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // CloudFormation reads YAML 1.1, in which `yes` is true; otherwise a template means the same in YAML 1.2.
    const document = parseDocument(text, { customTags: tags, version: "1.1", merge: true });
    if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
    return JSON.parse(JSON.stringify(document.toJS())) as unknown;
  }
}

/**
 * The properties shared by all functions of a SAM template, as one more function, so that the rules look at them.
 * Source: AWS SAM developer guide, "Globals section of the AWS SAM template".
 */
const functionsOf = (globals: unknown): object =>
  isObject(globals) && isObject(globals.Function)
    ? { Globals: { Type: "AWS::Serverless::Function", Properties: globals.Function } }
    : {};

/** Parses a template in JSON, or in YAML with short forms of functions. @returns undefined for any other text */
export function parseTemplate(text: string): Template | undefined {
  let template: unknown;
  try {
    template = read(text);
  } catch {
    return undefined;
  }
  if (!isObject(template) || !isObject(template.Resources)) return undefined;
  const resources = Object.values(template.Resources);
  if (!resources.every((each) => isObject(each) && typeof each.Type === "string")) return undefined;
  const { Parameters, Mappings, Conditions, Transform, Globals } = template;
  return {
    Resources: { ...functionsOf(Globals), ...template.Resources } as Template["Resources"],
    Parameters: isObject(Parameters) ? Parameters : {},
    Mappings: isObject(Mappings) ? Mappings : {},
    Conditions: isObject(Conditions) ? Conditions : {},
    Transform: Transform === undefined ? [] : [Transform].flat(),
  };
}
