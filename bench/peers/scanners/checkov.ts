import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { FindingsByName, ScannerFinding } from "./finding";
import { output } from "./processes";

/** What Checkov reads: a file for each program, in a separate folder. */
export type Language = "cloudformation" | "terraform";

/** The parts of Checkov's JSON report that are used here. */
interface Report {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly file_path: string;
      readonly resource: string;
    }[];
    readonly parsing_errors: readonly string[];
  };
}

/** An installed Checkov. */
export interface Checkov {
  readonly version: string;
  /**
   * Scans programs, including for credentials, as Checkov does by default.
   *
   * @param programs Source text by name.
   * @param dir An empty folder, to which the programs are written.
   * @throws Error if Checkov cannot read one of them
   */
  scan(
    language: Language,
    programs: ReadonlyMap<string, string>,
    dir: string,
  ): Promise<FindingsByName>;
}

const FILE_NAMES: Readonly<Record<Language, string>> = {
  cloudformation: "template.json",
  terraform: "main.tf",
};

/** Installs the Checkov of `requirements.txt` into a virtual environment, unless it is installed. */
export async function openCheckov(venv: string): Promise<Checkov> {
  const cwd = __dirname;
  const python = path.join(venv, "bin", "python");
  if (!existsSync(python)) {
    await output("python3", ["-m", "venv", venv], { cwd });
  }
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  await output(python, [...pip, "--requirement", "requirements.txt"], { cwd });
  const checkov = path.join(venv, "bin", "checkov");
  const version = (await output(checkov, ["--version"], { cwd })).trim();
  return {
    version,
    scan: async (language, programs, dir) => {
      for (const [name, text] of programs) {
        await mkdir(path.join(dir, name), { recursive: true });
        await writeFile(path.join(dir, name, FILE_NAMES[language]), text);
      }
      const options = ["--directory", ".", "--output", "json", "--skip-download"];
      const json = await output(checkov, [...options, "--framework", language, "secrets"], {
        cwd: dir,
        accepted: [0, 1],
      });
      return byName(programs, JSON.parse(json) as Report | readonly Report[]);
    },
  };
}

function byName(
  programs: ReadonlyMap<string, string>,
  given: Report | readonly Report[],
): FindingsByName {
  const reports = "results" in given ? [given] : given;
  const unread = reports.flatMap(({ results }) => results.parsing_errors);
  if (unread.length > 0) {
    throw new Error(`Checkov could not read ${unread.join(", ")}`);
  }
  const findings = new Map<string, ScannerFinding[]>(
    [...programs.keys()].map((name) => [name, []]),
  );
  for (const failed of reports.flatMap(({ results }) => results.failed_checks)) {
    const name = path.posix.basename(path.posix.dirname(failed.file_path));
    const list = findings.get(name);
    if (!list) {
      throw new Error(`Checkov reports on ${failed.file_path}, which was not given to it`);
    }
    list.push({ rule: failed.check_id, resource: failed.resource, title: failed.check_name });
  }
  return findings;
}
