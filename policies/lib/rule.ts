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
import { fieldsOf, keepInputs } from "../graph/inputs";
import type { Fields } from "../graph/value";
import { advise } from "../internals/advice";
import { type Exemption, EXEMPTIONS_SCHEMA, exemptionFor, note } from "./exemptions";
import { leaveOpen } from "./openQuestions";

/** What is said about a rule once, in its file; the pack and the documentation are made from it. */
export interface Metadata {
  /** Kebab case; also the file's name and the key in the policy pack configuration. */
  readonly name: string;
  /** One sentence: what a resource must be like. */
  readonly description: string;
  /** Level unless the configuration sets another. */
  readonly level: EnforcementLevel;
  readonly severity: Severity;
  /** The control it implements. */
  readonly framework: PolicyComplianceFramework;
  /** Identifiers of the same check elsewhere, e.g. `checkov:CKV_AWS_249`. @default [] */
  readonly tags?: readonly string[];
  /** What to change in the program. */
  readonly remediationSteps: string;
  /** The AWS page that explains it. */
  readonly url: string;
  /** The rule's own configuration properties; each has a default. @default {} */
  readonly settings?: Readonly<Record<string, PolicyConfigJSONSchema>>;
  /**
   * A rule of the tutorial: it fails on unknown values, takes no exemption, and no configuration may
   * lower its level. @default false
   */
  readonly required?: boolean;
  /** Type tokens the rule looks at. */
  readonly types: readonly string[];
}

/**
 * How a rule says what it found. Rules see secrets in plain text, so messages name properties,
 * resources, ports and address blocks, and no other value.
 */
export interface Report {
  /** A finding, on `urn` if given, else on the resource at hand (or the stack). */
  readonly fail: (message: string, urn?: string) => void;
  /**
   * Something the rule must know but cannot: `what` is the property or the question. Unless `onUnknown` makes it
   * a finding, the update checks it, and `policy-values-known` tells it once for all rules that ask the same.
   */
  readonly unknown: (what: string, urn?: string) => void;
}

/** One resource handed to a rule. */
export interface Checked<Settings> {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly props: Fields;
  /** Properties of the resource's provider. */
  readonly provider: Fields;
  readonly settings: Settings;
}

/** Every resource of a stack handed to a rule. */
export interface CheckedStack<Settings> {
  readonly resources: readonly PolicyResource[];
  readonly settings: Settings;
}

interface Common {
  readonly onUnknown: "advisory" | "fail";
  readonly exemptions: readonly Exemption[];
}

/** A policy of the pack, with what the documentation needs beside it. */
export interface Rule extends ResourceValidationPolicy {
  readonly metadata: Metadata;
  readonly validateStack?: StackValidation;
}

const COMMON_SETTINGS: Record<string, PolicyConfigJSONSchema> = {
  onUnknown: {
    type: "string",
    enum: ["advisory", "fail"],
    description: "What a value that only the update will know is worth in a preview.",
    default: "advisory",
  },
  exemptions: EXEMPTIONS_SCHEMA,
};

/** All configuration properties of a rule. */
export function settingsSchema(metadata: Metadata): Record<string, PolicyConfigJSONSchema> {
  return { ...metadata.settings, ...(metadata.required === true ? {} : COMMON_SETTINGS) };
}

/** What is not configured. The engine fills it in as well; other callers of a rule need not. */
function defaultsOf(metadata: Metadata): Common {
  const defaults = Object.entries(settingsSchema(metadata)).map(
    ([name, schema]) => [name, schema.default] as const,
  );
  return { onUnknown: "fail", exemptions: [], ...Object.fromEntries(defaults) };
}

function makeReport(
  metadata: Metadata,
  common: Common,
  reportViolation: ReportViolation,
  defaultUrn: string | undefined,
): Report {
  const { name, description } = metadata;
  const fail = (message: string, urn = defaultUrn): void => {
    const exemption = exemptionFor(name, common.exemptions, urn);
    if (exemption) {
      const { expires, reason } = exemption;
      const exempted = `${message} (exempted until ${expires}: ${reason})`;
      advise(reportViolation, description, exempted, urn);
    } else {
      reportViolation(message, urn);
    }
  };
  const unknown = (what: string, urn = defaultUrn): void => {
    if (common.onUnknown !== "fail") {
      leaveOpen(name, what, urn);
      return;
    }
    fail(
      `${what} is not known yet, so this rule cannot be checked in a preview. ` +
        "Use a value that the program knows at preview, for example from its configuration.",
      urn,
    );
  };
  return { fail, unknown };
}

// An exception from a rule would abort the whole operation, even if the rule is only advice.
function guarded(report: Report, check: () => void): void {
  try {
    check();
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    report.fail(`The rule itself failed (${kind}), so it cannot say that this is right.`);
  }
}

/** Says so by an error, for most rules of each resource: one without a stack trace, which takes time and nobody sees. */
function notApplicable(args: ResourceValidationArgs, reason: string): never {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return args.notApplicable(reason);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What a rule does; at least one of the two checks. */
export interface Checks<Settings> {
  /** Looks at one resource, at its inputs, before it is created; called for `metadata.types` only. */
  readonly resource?: (resource: Checked<Settings>, report: Report) => void;
  /** Looks at the whole stack, after a preview and after an update. */
  readonly stack?: (stack: CheckedStack<Settings>, report: Report) => void;
  /** Changes the given properties and returns them, or returns nothing if all is right. */
  readonly remediate?: ResourceRemediation;
}

/** Makes a policy from a rule's metadata and what it checks. */
export function makeRule<Settings = object>(metadata: Metadata, checks: Checks<Settings>): Rule {
  const { name, description, severity, framework, remediationSteps, url, types } = metadata;
  const applies = (type: string): boolean => types.includes(type);
  const defaults = defaultsOf(metadata);

  const start = (
    configured: object,
    reportViolation: ReportViolation,
    urn?: string,
  ): { settings: Settings & Common; report: Report } => {
    const settings = { ...defaults, ...configured } as Settings & Common;
    note(name, settings.exemptions);
    return { settings, report: makeReport(metadata, settings, reportViolation, urn) };
  };

  const validateResource: ResourceValidation = (args, reportViolation) => {
    const { settings, report } = start(args.getConfig(), reportViolation, args.urn);
    if (!applies(args.type)) {
      notApplicable(args, `looks at ${types.join(", ")}`);
    }
    const props = fieldsOf(args.props);
    if (checks.stack) {
      keepInputs(args.urn, props);
    }
    const { resource: check } = checks;
    if (!check) {
      notApplicable(args, "checked for the whole stack");
    }
    const { type, urn, name } = args;
    const provider = fieldsOf(args.provider?.props);
    guarded(report, () => {
      check({ type, urn, name, props, provider, settings }, report);
    });
  };

  const { stack: checkStack, remediate } = checks;
  const validateStack: StackValidation | undefined =
    checkStack &&
    ((args, reportViolation) => {
      const { settings, report } = start(args.getConfig(), reportViolation);
      guarded(report, () => {
        checkStack({ resources: args.resources, settings }, report);
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
