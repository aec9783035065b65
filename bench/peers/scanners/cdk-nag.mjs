// Takes {"folder": "…", "names": ["…"]} as its argument; the templates are <folder>/<name>/template.json. Prints what every
// rule of cdk-nag, whether it is in a pack or not, reports on each template.
import * as path from "node:path";
import process from "node:process";
import { App, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NagMessageLevel,
  NagPack,
  NIST80053R5Checks,
  PCIDSS321Checks,
  rules,
  ServerlessChecks,
} from "cdk-nag";

/** Turns a pack into one that only records the titles of its rules, by their names. */
function recording(Pack) {
  return class extends Pack {
    notes = new Map();

    applyRule({ rule, ruleSuffixOverride, info }) {
      const title = info.replace(/ - \(Control IDs?:.*$/s, ".");
      this.notes.set(rule.name, { suffix: ruleSuffixOverride ?? rule.name, title });
    }
  };
}

const AwsSolutions = recording(AwsSolutionsChecks);
const otherPacks = [HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks].map(
  recording,
);

class EveryRule extends NagPack {
  name = "every-rule";
  packName = "rule";

  checkResource(node) {
    for (const rule of Object.values(rules).flatMap((group) => Object.values(group))) {
      this.applyRule({ info: "", explanation: "", level: NagMessageLevel.ERROR, rule, node });
    }
  }
}

function notesOf(pack, scope) {
  pack.validateScope(scope);
  return pack.notes;
}

function findings(templateFile) {
  const stack = new Stack(new App(), "stack");
  new CfnInclude(stack, "template", { templateFile });
  const awsSolutions = notesOf(new AwsSolutions(), stack);
  const titles = new Map(otherPacks.flatMap((Pack) => [...notesOf(new Pack(), stack)]));
  return new EveryRule().validateScope(stack).violations.flatMap((violation) => {
    const [, name, detail] = /^rule-([^[]+)(.*)$/s.exec(violation.ruleName);
    const known = awsSolutions.get(name);
    const threw = violation.description.startsWith("Rule threw an error");
    return violation.violatingResources.map(({ constructPath }) => ({
      rule: `${known ? `AwsSolutions-${known.suffix}` : name}${threw ? " (threw)" : ""}`,
      resource: `${constructPath}${detail}`,
      title: (known ?? titles.get(name))?.title ?? name,
    }));
  });
}

const { folder, names } = JSON.parse(process.argv[2]);
const report = names.map((name) => {
  const templateFile = path.join(folder, name, "template.json");
  return [name, findings(templateFile)];
});
process.stdout.write(JSON.stringify(report));
