import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { repository } from "../../../lab/shared/repository";
import type { Form, ScannerCase } from "./case";
import { openCdkNag } from "./cdkNag";
import { openCheckov } from "./checkov";
import type { FindingsByName, ScannerFinding } from "./finding";
import { scanWithOurs } from "./ours";
import { toTerraform } from "./terraform";

/** The findings of one scanner, or of one scanner on one language. */
export interface Scan {
  /** A column of the table. */
  readonly scanner: string;
  readonly findings: FindingsByName;
}

/** The findings of all scanners, and their versions. */
export interface Scans {
  readonly scans: readonly Scan[];
  /** Versions by name of the scanner. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Which of a case's two forms. */
export type FormName = "before" | "changed";

/** The name under which a form of a case is scanned: letters, digits and hyphens. */
export function scanName({ title }: Pick<ScannerCase, "title">, form: FormName): string {
  return `${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${form}`;
}

function template({ cloudFormation }: Form): string {
  const document = { AWSTemplateFormatVersion: "2010-09-09", Resources: cloudFormation };
  return JSON.stringify(document, undefined, 2);
}

/**
 * Runs the policy pack, Checkov and cdk-nag on both forms of every case, which takes a few minutes. Installs the latter two
 * first, so it once needs a network. Requires Python 3.9 or newer, and Linux or macOS.
 */
export async function scanAll(
  cases: readonly ScannerCase[],
  progress: (message: string) => void,
): Promise<Scans> {
  const forms = new Map<string, Form>(
    cases.flatMap((each) =>
      (["before", "changed"] as const).map((form) => [scanName(each, form), each[form]]),
    ),
  );
  if (forms.size !== 2 * cases.length) {
    throw new Error("two cases have titles that are too similar");
  }
  const texts = (write: (form: Form) => string): ReadonlyMap<string, string> =>
    new Map([...forms].map(([name, form]) => [name, write(form)]));
  const venv = path.join(repository, ".lab", "bench-scanners", "venv");
  const dir = await mkdtemp(path.join(tmpdir(), "bench-scanners-"));
  const templates = path.join(dir, "cloudformation");
  const programs = path.join(dir, "terraform");
  try {
    await mkdir(templates);
    await mkdir(programs);
    progress("installing Checkov and cdk-nag if they are missing");
    const checkov = await openCheckov(venv);
    const cdkNag = await openCdkNag();
    progress("running the policy pack");
    const ours = new Map<string, readonly ScannerFinding[]>();
    for (const [name, { pulumi }] of forms) {
      ours.set(name, await scanWithOurs(pulumi));
    }
    progress(`running Checkov ${checkov.version} on CloudFormation`);
    const onTemplates = await checkov.scan("cloudformation", texts(template), templates);
    progress(`running Checkov ${checkov.version} on Terraform`);
    const terraform = texts(({ pulumi }) => toTerraform(pulumi));
    const onPrograms = await checkov.scan("terraform", terraform, programs);
    progress(`running cdk-nag ${cdkNag.version}`);
    const onCdkNag = await cdkNag.scan([...forms.keys()], templates);
    return {
      scans: [
        { scanner: "This pack", findings: ours },
        { scanner: "Checkov, Terraform", findings: onPrograms },
        { scanner: "Checkov, CloudFormation", findings: onTemplates },
        { scanner: "cdk-nag", findings: onCdkNag },
      ],
      versions: { Checkov: checkov.version, "cdk-nag": cdkNag.version },
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}
