import { field, items, plain, toText, UNKNOWN, type Value } from "../value";
import type { Template } from "./template";

/** Attributes that identify the resource itself. */
const IDENTITIES = ["Arn", "GroupId", "Id", "VpcId", "Ref", "LoadBalancerArn", "TargetGroupArn"]
  .concat(["ListenerArn", "TaskDefinitionArn", "ServiceArn", "PrefixListId", "SubnetId"])
  .concat(["RoleArn", "PolicyArn", "LaunchTemplateId", "InstanceId"]);

/** A value as CloudFormation joins and compares it. */
const text = (value: Value): string => (typeof value === "boolean" ? String(value) : toText(value));

/** How deep functions may be nested; a template that goes deeper refers to itself. */
const MAX_DEPTH = 60;

/**
 * Evaluates the functions of a template as far as possible at preview.
 * Source: CloudFormation Template Reference, "Intrinsic function reference".
 */
export class Evaluator {
  private depth = 0;

  /**
   * @param parameters the stack's values for the template's parameters.
   * @param idOf a placeholder for the id of a resource of the template, which is known only after the update.
   */
  constructor(
    private readonly template: Template,
    private readonly parameters: Value,
    private readonly idOf: (logicalId: string) => string,
  ) {}

  /** A part of the template, with {@link UNKNOWN} for whatever depends on the account or the update. */
  value(node: unknown): Value {
    if (this.depth >= MAX_DEPTH) return UNKNOWN;
    this.depth += 1;
    try {
      return this.evaluate(node);
    } finally {
      this.depth -= 1;
    }
  }

  /** Whether a condition holds; `undefined` if that is not known. */
  holds(condition: unknown): boolean | undefined {
    if (typeof condition === "string") {
      const value = this.value(this.template.Conditions[condition] ?? null);
      return typeof value === "boolean" ? value : undefined;
    }
    return typeof condition === "boolean" ? condition : undefined;
  }

  private evaluate(node: unknown): Value {
    if (Array.isArray(node)) {
      return node.map((each) => this.value(each)).filter((each) => each !== undefined);
    }
    if (typeof node !== "object" || node === null) return plain(node);
    const entries = Object.entries(node);
    const [[name, argument] = ["", undefined]] = entries;
    if (
      entries.length === 1 &&
      (name === "Ref" || name === "Condition" || name.startsWith("Fn::"))
    ) {
      return this.call(name, argument);
    }
    return Object.fromEntries(entries.map(([key, part]) => [key, this.value(part)]));
  }

  private call(name: string, argument: unknown): Value {
    switch (name) {
      case "Ref":
        return this.ref(String(argument));
      case "Condition":
        return this.holds(argument) ?? UNKNOWN;
      case "Fn::GetAtt":
        return this.attribute([argument].flat().map(String));
      case "Fn::Sub":
        return this.substitute(argument);
      case "Fn::If":
        return this.choose([argument].flat());
    }
    const given = this.value(argument);
    const parts = items(given);
    if (given === UNKNOWN || parts.includes(UNKNOWN)) return UNKNOWN;
    switch (name) {
      case "Fn::Join": {
        const texts = items(parts[1]);
        return texts.includes(UNKNOWN) ? UNKNOWN : texts.map(text).join(text(parts[0]));
      }
      case "Fn::Split":
        return toText(parts[1]).split(toText(parts[0]));
      case "Fn::Select":
        return items(parts[1])[Number(parts[0])] ?? UNKNOWN;
      case "Fn::FindInMap":
        return this.value(field(plain(this.template.Mappings), ...parts.map(String)) ?? UNKNOWN);
      case "Fn::Equals":
        return text(parts[0]) === text(parts[1]);
      case "Fn::Not":
        return parts[0] === true ? false : parts[0] === false ? true : UNKNOWN;
      case "Fn::And":
        return parts.every((part) => part === true);
      case "Fn::Or":
        return parts.some((part) => part === true);
      default:
        return UNKNOWN;
    }
  }

  private ref(name: string): Value {
    if (name === "AWS::NoValue") return undefined;
    if (name in this.template.Resources) return this.idOf(name);
    const parameter = this.template.Parameters[name];
    if (parameter === undefined) return UNKNOWN;
    const [type, ownDefault] = ["Type", "Default"].map((key) => field(plain(parameter), key));
    const value = field(this.parameters, name) ?? ownDefault ?? UNKNOWN;
    // The value is then the name of a parameter in Systems Manager.
    if (toText(type).startsWith("AWS::SSM::")) return UNKNOWN;
    const isList = toText(type).includes("List");
    return isList && typeof value === "string" ? value.split(",").map((x) => x.trim()) : value;
  }

  private attribute([logicalId = "", ...path]: readonly string[]): Value {
    const name = path.join(".");
    const resource = this.template.Resources[logicalId];
    const given = (resource?.Properties as Record<string, unknown> | undefined)?.[name];
    // `GetAtt Vpc.CidrBlock` is the property; but a group's VpcId is not the group.
    if (given !== undefined) return this.value(given);
    return resource && IDENTITIES.includes(name) ? this.idOf(logicalId) : UNKNOWN;
  }

  private substitute(argument: unknown): Value {
    const [pattern, own] = [argument].flat() as [unknown, Record<string, unknown>?];
    let known = true as boolean;
    const result = String(pattern).replace(/\$\{([^!}][^}]*)\}/g, (_whole, variable: string) => {
      const name = variable.trim();
      const [id = "", ...path] = name.split(".");
      const value =
        own && name in own
          ? this.value(own[name])
          : path.length > 0
            ? this.attribute([id, path.join(".")])
            : this.ref(name);
      // Names may contain the account id or the Region, whose values make no difference to the rules.
      if (value === UNKNOWN && name.startsWith("AWS::")) return name.slice("AWS::".length);
      known &&= typeof value === "string" || typeof value === "number";
      return text(value);
    });
    return known ? result : UNKNOWN;
  }

  private choose([condition, yes, no]: readonly unknown[]): Value {
    const holds = this.holds(condition);
    if (holds === undefined) {
      const first: Value = this.value(yes);
      return typeof first !== "object" && first === this.value(no) ? first : UNKNOWN;
    }
    return this.value(holds ? yes : no);
  }
}
