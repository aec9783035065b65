// Reads the configuration of an operation from the engine's message, and writes the pack's refusals.
//
// Relies on: the classes of @pulumi/pulumi/proto/analyzer_pb, generated from the engine's protocol (analyzer.proto). The
// engine keeps the protocol compatible; the names in JavaScript are not documented.
// Check: every method that is called here exists when the pack starts.
// Otherwise: the pack does not start.

import type { EnforcementLevel } from "@pulumi/policy";
import type * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { assertMethods, sdkModule } from "./sdk";

const METHODS: Readonly<Record<string, readonly string[]>> = {
  ConfigureAnalyzerRequest: ["getPolicyconfigMap"],
  PolicyConfig: ["getProperties", "getEnforcementlevel"],
  AnalyzeResponse: ["setDiagnosticsList"],
  AnalyzeDiagnostic: [
    ...["setPolicyname", "setPolicypackname", "setPolicypackversion"],
    ...["setDescription", "setMessage", "setEnforcementlevel"],
  ],
  RemediateResponse: ["setRemediationsList"],
};

/** The configuration of one rule as the engine passes it: the defaults, overridden by what was configured. */
export interface PolicyConfig {
  readonly level: EnforcementLevel;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A mandatory violation that is not a rule's own finding. */
export interface Refusal {
  readonly policy: string;
  readonly description: string;
  readonly message: string;
}

/** The messages that the engine and a pack send each other. */
export class Messages {
  private readonly proto: typeof analyzer;

  /**
   * @param pack the pack that answers.
   * @throws UnknownSdk if the SDK's messages lack a method.
   */
  constructor(private readonly pack: { readonly name: string; readonly version: string }) {
    const proto = sdkModule("@pulumi/pulumi/proto/analyzer_pb");
    for (const [name, methods] of Object.entries(METHODS)) {
      const { prototype } = Object(proto[name]) as { prototype?: unknown };
      assertMethods(`the message ${name}`, prototype, methods);
    }
    const levels = Object(proto.EnforcementLevel) as Readonly<Record<string, unknown>>;
    assertMethods(
      "the message EnforcementLevel",
      Object.fromEntries(
        Object.entries(levels).map(([name, n]) => [name, typeof n === "number" && (() => n)]),
      ),
      ["ADVISORY", "MANDATORY", "DISABLED", "REMEDIATE"],
    );
    this.proto = proto as unknown as typeof analyzer;
  }

  /** By rule name. @throws Error for an unknown level */
  configOf(request: analyzer.ConfigureAnalyzerRequest): ReadonlyMap<string, PolicyConfig> {
    const config = new Map<string, PolicyConfig>();
    request.getPolicyconfigMap().forEach((policy, name) => {
      const settings = policy.getProperties()?.toJavaScript() ?? {};
      config.set(name, { level: this.levelOf(policy), settings });
    });
    return config;
  }

  refusal(refusals: readonly Refusal[]): analyzer.AnalyzeResponse {
    const response = new this.proto.AnalyzeResponse();
    response.setDiagnosticsList(
      refusals.map(({ policy, description, message }) => {
        const diagnostic = new this.proto.AnalyzeDiagnostic();
        diagnostic.setPolicyname(policy);
        diagnostic.setPolicypackname(this.pack.name);
        diagnostic.setPolicypackversion(this.pack.version);
        diagnostic.setDescription(description);
        diagnostic.setMessage(`${description}\n${message}`);
        diagnostic.setEnforcementlevel(this.proto.EnforcementLevel.MANDATORY);
        return diagnostic;
      }),
    );
    return response;
  }

  /** Leaves a resource as it is. */
  noRemediation(): analyzer.RemediateResponse {
    return new this.proto.RemediateResponse();
  }

  private levelOf(policy: analyzer.PolicyConfig): EnforcementLevel {
    const { EnforcementLevel: level } = this.proto;
    const configured = policy.getEnforcementlevel();
    switch (configured) {
      case level.ADVISORY:
        return "advisory";
      case level.MANDATORY:
        return "mandatory";
      case level.DISABLED:
        return "disabled";
      case level.REMEDIATE:
        return "remediate";
      default:
        throw new Error(`the enforcement level ${String(configured)} is unknown to this pack`);
    }
  }
}
