/**
 * The part of Pulumi's package schema that the components use.
 *
 * Source: Pulumi's documentation, "Pulumi package schema".
 */
export interface PackageSchema {
  name: string;
  version: string;
  description: string;
  license: string;
  language: Record<string, object>;
  /** Components by their type. */
  resources: Record<string, ComponentSchema>;
  types: Record<string, ObjectSchema | EnumSchema>;
}

export interface ComponentSchema extends ObjectSchema {
  isComponent: true;
  inputProperties: Record<string, PropertySchema>;
  requiredInputs: string[];
}

export interface ObjectSchema {
  type: "object";
  description?: string;
  properties: Record<string, PropertySchema>;
  required: string[];
}

export interface EnumSchema {
  type: "string";
  description?: string;
  enum: { name: string; value: string }[];
}

/** The type of the value itself. */
export interface TypeSchema {
  type?: "string" | "number" | "boolean" | "array" | "object";
  /** `#/types/…` of an object or a choice of strings, `#/resources/…` of a component. */
  $ref?: string;
  items?: TypeSchema;
  additionalProperties?: TypeSchema;
  oneOf?: TypeSchema[];
  /** Whether the component takes the value itself, never an Output. */
  plain?: true | undefined;
}

export interface PropertySchema extends TypeSchema {
  description?: string;
}
