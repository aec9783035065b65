import type {
  EnforcementLevel,
  PolicyComplianceFramework,
  PolicyResource,
  ReportViolation,
  ResourceRemediation,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidation,
} from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { fieldsOf, hasInputs, keepInputs } from "../graph/inputs";
import { hiddenIn, type Making, makingOf } from "../graph/made";
import { outerUrn, withMade } from "../graph/made/stack";
import { field, type Fields, UNKNOWN } from "../graph/value";
import { advise } from "../internals/advice";
import { type Exemption, EXEMPTIONS_SCHEMA, exemptionFor, note } from "./exemptions";
import { leaveOpen } from "./openQuestions";

/** A rule's metadata, from which the policy and its documentation are generated. */
export interface Metadata {
  /** In kebab case; also the name of the file and the key in the policy pack configuration. */
  readonly name: string;
  /** One sentence: what a resource must be like. */
  readonly description: string;
  /** The level, unless the configuration sets another. */
  readonly level: EnforcementLevel;
  readonly severity: Severity;
  /** The control it implements. */
  readonly framework: PolicyComplianceFramework;
  /** Identifiers of the same check elsewhere, e.g. `checkov:CKV_AWS_249`. @default [] */
  readonly tags?: readonly string[];
  /** What to change in the program, as a sentence that begins with a verb; every finding ends with it. */
  readonly remediationSteps: string;
  /** The AWS page that explains it. */
  readonly url: string;
  /** The rule's own configuration properties; each has a default. @default {} */
  readonly settings?: Readonly<Record<string, PolicyConfigJSONSchema>>;
  /**
   * A rule of the tutorial: it fails on unknown values, allows no exemption, and no configuration may lower its level.
   * @default false
   */
  readonly required?: boolean;
  /**
   * Type tokens of the AWS provider that the rule looks at. It sees the same resources of the Cloud Control
   * provider, of Cloud Control and of CloudFormation in the AWS provider's shape.
   */
  readonly types: readonly string[];
  /** Types that a rule of the tutorial does not accept in places that it cannot inspect. @default types */
  readonly guards?: readonly string[];
}

/**
 * How a rule reports what it found. Rules see secrets in plain text, so messages may contain names of properties and
 * resources, ports and address blocks, but no other values.
 */
export interface Report {
  /**
   * A finding, on `urn` if given, otherwise on the resource being checked, or the stack. The CLI shows only the message,
   * so the remedy is appended to it: `step`, or the rule's `remediationSteps`.
   */
  readonly fail: (message: string, urn?: string, step?: string) => void;
  /**
   * Something that the rule must know but cannot: `what` is the path of the property, or the question. Unless `onUnknown`
   * makes it a finding, the update checks it, and `policy-values-known` reports it once for all rules with the same
   * question. For a path, it reports the outermost unknown part.
   */
  readonly unknown: (what: string, urn?: string) => void;
  /** Like `unknown`, but always advice: everything known is right, and the update checks the rest. */
  readonly later: (what: string, urn?: string) => void;
}

/** One resource passed to a rule. */
export interface Checked<Settings> {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly props: Fields;
  /** Properties of the resource's provider. */
  readonly provider: Fields;
  readonly settings: Settings;
}

/** All resources of a stack, passed to a rule. */
export interface CheckedStack<Settings> {
  readonly resources: readonly PolicyResource[];
  readonly settings: Settings;
}

interface Common {
  readonly onUnknown: "advisory" | "fail";
  readonly exemptions: readonly Exemption[];
  readonly unseenResources: readonly Exemption[];
}

/** A policy of the pack, with what else the documentation needs. */
export interface Rule extends ResourceValidationPolicy {
  readonly metadata: Metadata;
  readonly validateStack?: StackValidation;
}

const COMMON_SETTINGS: Record<string, PolicyConfigJSONSchema> = {
  onUnknown: {
    type: "string",
    enum: ["advisory", "fail"],
    description: "How a preview treats a value that only the update will know.",
    default: "advisory",
  },
  exemptions: EXEMPTIONS_SCHEMA,
};

const REQUIRED_SETTINGS: Record<string, PolicyConfigJSONSchema> = {
  unseenResources: {
    ...EXEMPTIONS_SCHEMA,
    description:
      "Resources whose contents no rule can inspect, such as a stack with a templateUrl, which are allowed until " +
      "a certain day: urn (* is any text), reason, expires.",
  },
};

/** All configuration properties of a rule. */
export function settingsSchema(metadata: Metadata): Record<string, PolicyConfigJSONSchema> {
  const common = metadata.required === true ? REQUIRED_SETTINGS : COMMON_SETTINGS;
  return { ...metadata.settings, ...common };
}

/** Default settings. The engine fills them in too, but other callers of a rule may not. */
function defaultsOf(metadata: Metadata): Common {
  const defaults = Object.entries(settingsSchema(metadata)).map(
    ([name, schema]) => [name, schema.default] as const,
  );
  return {
    ...{ onUnknown: "fail", exemptions: [], unseenResources: [] },
    ...Object.fromEntries(defaults),
  };
}

function makeReport(
  metadata: Metadata,
  common: Common,
  reportViolation: ReportViolation,
  defaultUrn: string | undefined,
): Report {
  const { name, description } = metadata;
  const fail = (message: string, at = defaultUrn): void => {
    const urn = at === undefined ? undefined : outerUrn(at);
    const exemption = exemptionFor(name, common.exemptions, urn);
    if (exemption) {
      const { expires, reason } = exemption;
      const exempted = `${message} (exempted until ${expires}: ${reason})`;
      advise(reportViolation, description, exempted, urn);
    } else {
      reportViolation(message, urn);
    }
  };
  const notYet = (what: string) => `${what} is not known yet, so a preview cannot check this rule.`;
  const later = (what: string, urn = defaultUrn): void => {
    const at = urn === undefined ? undefined : outerUrn(urn);
    if (metadata.required !== true) {
      leaveOpen(name, what, at);
      return;
    }
    // Reported whatever the configuration says.
    advise(reportViolation, description, `${notYet(what)} The update checks it.`, at);
  };
  const unknown = (what: string, urn = defaultUrn): void => {
    if (common.onUnknown !== "fail") {
      later(what, urn);
      return;
    }
    const step =
      "Use a value that the program knows at preview, for example from its configuration.";
    fail(`${notYet(what)} ${step}`, urn);
  };
  const failWithStep: Report["fail"] = (message, urn, step = metadata.remediationSteps) => {
    fail(withStep(message, step), urn);
  };
  return { fail: failWithStep, unknown, later };
}

/** A finding followed by its remedy. */
function withStep(message: string, step: string): string {
  return `${/[.!?]$/.test(message) ? message : `${message}.`} ${step}`;
}

/** The outermost unknown part of a path; anything else, such as a question, stays as it is. */
function causeIn(props: Fields, what: string): string {
  const path = what.split(".");
  const parts = path.map((_, index) => path.slice(0, index + 1));
  return parts.find((part) => field(props, ...part) === UNKNOWN)?.join(".") ?? what;
}

/** Names the resource, which is inside another one, in messages. */
function reportInside({ fail, unknown, later }: Report, inside: string | undefined): Report {
  const prefixed =
    (report: Report["fail"]): Report["fail"] =>
    (text, ...rest) => {
      report(inside === undefined ? text : `${inside} in its template: ${text}`, ...rest);
    };
  return { fail: prefixed(fail), unknown: prefixed(unknown), later: prefixed(later) };
}

/** Makes a rule of the tutorial refuse resources that it cannot inspect, unless they are listed. */
function refuseUnreadable(
  { name, description, types, guards = types, required }: Metadata,
  { unseen }: Making,
  { unseenResources }: Common,
  urn: string,
  reportViolation: ReportViolation,
): void {
  if (required !== true || !unseen) return;
  if (unseen.types && !unseen.types.some((type) => guards.includes(type))) return;
  const listed = exemptionFor(name, unseenResources, urn);
  const message = `The resource ${unseen.reason}, so this rule cannot inspect it`;
  if (listed) {
    const { expires, reason } = listed;
    const text = `${message} (listed until ${expires}: ${reason}).`;
    advise(reportViolation, description, text, urn);
  } else {
    reportViolation(
      `${message}. Declare its contents as resources of the AWS provider, or as a template that the preview ` +
        `knows; or list its URN in ${name}.unseenResources, with a reason and an expiry date.`,
      urn,
    );
  }
}

// An exception from a rule would abort the whole operation, even if the rule is only advice.
function guarded(report: Report, check: () => void): void {
  try {
    check();
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    const step =
      "Report it with the resource's properties, and exempt the resource until it is fixed.";
    const message = `The rule itself failed (${kind}), so it cannot confirm that this is right.`;
    report.fail(message, undefined, step);
  }
}

/** The SDK throws an error for this. It happens for most rules and each resource, so the costly stack trace is omitted. */
function notApplicable(args: ResourceValidationArgs, reason: string): never {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return args.notApplicable(reason);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What a rule does; it has at least one of the two checks. */
export interface Checks<Settings> {
  /** Checks the inputs of one resource before it is created; called only for `metadata.types`. */
  readonly resource?: (resource: Checked<Settings>, report: Report) => void;
  /** Checks the whole stack, after a preview and after an update. */
  readonly stack?: (stack: CheckedStack<Settings>, report: Report) => void;
  /** Changes the given properties and returns them; returns nothing if there is nothing to change. */
  readonly remediate?: ResourceRemediation;
}

/** Makes a policy from a rule's metadata and what it checks. */
export function makeRule<Settings = object>(metadata: Metadata, checks: Checks<Settings>): Rule {
  const { name, description, severity, framework, remediationSteps, url, types } = metadata;
  const applies = (type: string): boolean => types.includes(type);
  const defaults = defaultsOf(metadata);

  const settingsIn = (configured: object): Settings & Common => {
    const settings = { ...defaults, ...configured } as Settings & Common;
    note(name, [...settings.exemptions, ...settings.unseenResources]);
    return settings;
  };
  const looksAt = `looks at ${types.join(", ")}`;

  const validateResource: ResourceValidation = (args, reportViolation) => {
    const { type, urn, name } = args;
    const settings = settingsIn(args.getConfig());
    const making = makingOf({ type, urn, props: () => fieldsOf(args.props) });
    const made = (making?.made ?? []).filter((each) => applies(each.type));
    if (!applies(type) && made.length === 0 && !making?.unseen) notApplicable(args, looksAt);
    const props = fieldsOf(args.props);
    if (checks.stack) {
      keepInputs(urn, props);
    }
    if (making) {
      refuseUnreadable(metadata, making, settings, urn, reportViolation);
    }
    const { resource: check } = checks;
    if (!check) {
      notApplicable(args, "checked for the whole stack");
    }
    const report = makeReport(metadata, settings, reportViolation, urn);
    const provider = fieldsOf(args.provider?.props);
    const subjects = [...(applies(type) ? [{ type, props, inside: undefined }] : []), ...made];
    for (const { inside, ...subject } of subjects) {
      // A remediation only changes resources of the AWS provider; for what other resources create, it is advice.
      const isMade = "sources" in subject && checks.remediate !== undefined;
      const fail: Report["fail"] = (message, _urn, step = metadata.remediationSteps) => {
        advise(reportViolation, description, withStep(message, step), urn);
      };
      const unknown: Report["unknown"] = (what, ...rest) => {
        report.unknown(causeIn(subject.props, what), ...rest);
      };
      const own = reportInside({ ...report, unknown, ...(isMade && { fail }) }, inside);
      guarded(own, () => {
        check({ ...{ urn, name, provider, settings }, ...subject }, own);
      });
    }
  };

  const { stack: checkStack, remediate } = checks;
  const validateStack: StackValidation | undefined =
    checkStack &&
    ((args, reportViolation) => {
      const settings = settingsIn(args.getConfig());
      const report = makeReport(metadata, settings, reportViolation, undefined);
      for (const { urn, type } of args.resources.filter((each) => !hasInputs(each.urn))) {
        const unseen = hiddenIn(type);
        if (unseen)
          refuseUnreadable(metadata, { made: [], unseen }, settings, urn, reportViolation);
      }
      guarded(report, () => {
        checkStack({ resources: withMade(args.resources), settings }, report);
      });
    });
  const remediateResource: ResourceRemediation | undefined =
    remediate && ((args) => (applies(args.type) ? remediate(args) : undefined));

  return {
    name,
    description,
    enforcementLevel: metadata.level,
    severity,
    framework,
    tags: [...(metadata.tags ?? [])],
    remediationSteps,
    url,
    configSchema: { properties: settingsSchema(metadata) },
    metadata,
    validateResource,
    ...(validateStack && { validateStack }),
    ...(remediateResource && { remediateResource }),
  };
}
