import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { pushPlaceholderImages } from "../../lab/delivery/images/placeholderImages";
import { PreparedPack } from "../../lab/engine/languageHost/preparedPack";
import type { OperationReport } from "../../lab/engine/operation";
import { usesBuiltCli } from "../../lab/engine/pulumiInstall";
import { defaultPolicyConfig, policyPack } from "../../lab/shared/repository";
import { Session } from "../../lab/ui/commands/session/session";
import { withAccount } from "../lab/cli/harness";
import { classStack, neighbour, pushedTag, type Values } from "./rows";

/** A deployed stack in a lab of its own, which can be restored to its initial state. */
export class StandingStack {
  private policyConfig = defaultPolicyConfig;

  private constructor(
    private readonly state: string,
    private readonly kept: string,
    /** One for all operations: it takes longer to start than most of them. */
    private readonly pack: PreparedPack | undefined,
  ) {}

  /**
   * Deploys a new stack with these settings.
   *
   * @param besideClass whether to also deploy the stack whose network it uses or will be told to use.
   */
  static async deploy(values: Values, besideClass: boolean): Promise<StandingStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "matrix-"));
    const { sharedNetwork = "none" } = values;
    const isShared = sharedNetwork !== "none";
    const stack = new StandingStack(
      path.join(folder, "lab"),
      path.join(folder, "kept"),
      (await usesBuiltCli()) ? new PreparedPack(policyPack) : undefined,
    );
    const up = (session: Session) => session.up();
    if (besideClass) {
      const report = await stack.run({ chapters: "network" }, up, classStack);
      assertDeployed(report);
      if (isShared) stack.policyConfig = await policiesOfClass(folder, report);
    }
    if (isShared) assertDeployed(await stack.run(neighbour, up, "neighbour"));
    // Repositories come first, then images, and only then services that run from them.
    assertDeployed(await stack.up({ ...values, microservicesImage: "build" }));
    assertDeployed(await stack.up(values));
    await cp(stack.state, stack.kept, { recursive: true });
    return stack;
  }

  /** Previews, and updates if the preview passes; then pushes an image to each new repository. */
  async up(values: Values): Promise<OperationReport> {
    const report = await this.run(values, (session) => session.up());
    await withAccount(this.state, (account) => pushPlaceholderImages(account, pushedTag));
    return report;
  }

  preview(values: Values): Promise<OperationReport> {
    return this.run(values, (session) => session.preview());
  }

  /** Restores the stack's initial state, whatever was done to it. */
  async putBack(): Promise<void> {
    await rm(this.state, { recursive: true });
    await cp(this.kept, this.state, { recursive: true });
  }

  async remove(): Promise<void> {
    this.pack?.close();
    await rm(path.dirname(this.state), { recursive: true, force: true });
  }

  private async run(
    config: Values,
    operation: (session: Session) => Promise<OperationReport>,
    stack = "dev",
  ): Promise<OperationReport> {
    const session = await Session.open({
      stack,
      state: this.state,
      config,
      replaceConfig: true,
      policyConfig: this.policyConfig,
      early: { pack: this.pack },
      json: true,
      signal: new AbortController().signal,
    });
    return operation(session).finally(() => session.close());
  }
}

/** On another stack's network the policies must know its CIDR block and its load balancer's group, as in a class. */
async function policiesOfClass(folder: string, { outputs }: OperationReport): Promise<string> {
  const { network } = outputs as { network?: { securityGroupId: string } };
  const file = path.join(folder, "policies.json");
  const standard = JSON.parse(await readFile(defaultPolicyConfig, "utf8")) as object;
  const rule = {
    enforcementLevel: "mandatory",
    vpcCidrBlocks: ["10.0.0.0/16"],
    trustedSecurityGroupIds: [network?.securityGroupId],
  };
  await writeFile(
    file,
    JSON.stringify({ ...standard, "ecs-service-security-group-vpc-only": rule }),
  );
  return file;
}

function assertDeployed(report: OperationReport): void {
  if (report.result === "failed") throw new Error(`not deployed:\n${reasons(report)}`);
}

/** Why an operation failed. */
export function reasons({ errors, findings }: OperationReport): string {
  const refused = findings.filter(({ level }) => level === "mandatory");
  return [...errors, ...refused.map(({ policy, message }) => `${policy}: ${message}`)].join("\n");
}
