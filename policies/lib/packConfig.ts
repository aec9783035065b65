import { isVpcBlock, parseCidr } from "../graph/cidr";
import type { PolicyConfig } from "../internals/messages";
import type { Exemption } from "./exemptions";
import { type Rule, settingsSchema } from "./rule";
import { suggestion } from "./suggestion";

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/** Problems with the value of a setting, apart from its type, which the engine checks. */
function valueProblems(setting: string, value: unknown): readonly string[] {
  const bad = (check: (text: string) => boolean, what: string) =>
    texts(value)
      .filter((text) => !check(text))
      .map((text) => `"${text}" is ${what}`);
  switch (setting) {
    case "vpcCidrBlocks":
      return bad((text) => {
        const block = parseCidr(text);
        return block !== undefined && isVpcBlock(block);
      }, "not a CIDR block a VPC can have (IPv4 /16 to /28, IPv6 /44 to /60)");
    case "trustedSecurityGroupIds":
      return bad((text) => text.startsWith("sg-"), "not a security group id (sg-...)");
    case "trustedPrefixListIds":
      return bad((text) => text.startsWith("pl-"), "not a prefix list id (pl-...)");
    case "namePattern":
    case "valuePattern":
      return isRegExp(String(value)) ? [] : ["it is not a regular expression"];
    case "exemptions":
    case "unseenResources":
      return (value as readonly Exemption[]).flatMap(exemptionProblems);
    default:
      return [];
  }
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a pattern ends with a resource's name, or the start of one: any other would match future resources too. */
function namesResource(urn: string): boolean {
  const [name = "", ...before] = urn.split("::").reverse();
  return !urn.includes("*") || (before.length > 0 && /^[^*]/.test(name));
}

function exemptionProblems({ urn, expires }: Exemption): readonly string[] {
  const date = new Date(`${expires}T00:00:00Z`);
  const isDay = !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(expires);
  return [
    ...(isDay ? [] : [`"${expires}" is not a valid date (YYYY-MM-DD)`]),
    ...(namesResource(urn)
      ? []
      : [`the urn "${urn}" exempts everything: end it with a resource's name`]),
  ];
}

/**
 * The problems of a policy pack configuration. The engine itself silently accepts misspelt names.
 *
 * @param config By rule name; `all` stands for every rule.
 * @returns One sentence per problem, each naming the rule.
 */
export function configProblems(
  rules: readonly Rule[],
  config: ReadonlyMap<string, PolicyConfig>,
): readonly string[] {
  const names = rules.map(({ name }) => name);
  return [...config].flatMap(([name, { level, settings }]) => {
    const rule = rules.find((candidate) => candidate.name === name);
    if (!rule) {
      return name === "all" && Object.keys(settings).length === 0
        ? []
        : [`"${name}" is not a rule: ${suggestion(name, names)}`];
    }
    const schema = settingsSchema(rule.metadata);
    const lowered =
      rule.metadata.required === true && level !== "mandatory" && level !== "remediate";
    return [
      ...(lowered ? [`${name} is one of the tutorial's rules: it cannot be "${level}"`] : []),
      ...Object.entries(settings).flatMap(([setting, value]) =>
        setting in schema
          ? valueProblems(setting, value).map((problem) => `${name}.${setting}: ${problem}`)
          : [`${name} has no property "${setting}": ${suggestion(setting, Object.keys(schema))}`],
      ),
    ];
  });
}
