// Reads {"folder": "…", "names": ["…"]} as its argument: <folder>/<name>/template.json are the templates.
// Prints what every rule of cdk-nag, in a pack or not, says about each of them.
import * as path from "node:path";
import process from "node:process";
import { App, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks, NagMessageLevel, NagPack, rules } from "cdk-nag";

/** Learns which of the rules are in AwsSolutions, and the titles they have there. */
class AwsSolutionsNames extends AwsSolutionsChecks {
  byRule = new Map();

  applyRule(params) {
    const { rule, ruleSuffixOverride, info } = params;
    this.byRule.set(rule, { id: `AwsSolutions-${ruleSuffixOverride}`, title: info });
  }
}

class EveryRule extends NagPack {
  name = "every-rule";
  packName = "rule";

  checkResource(node) {
    for (const rule of Object.values(rules).flatMap((group) => Object.values(group))) {
      this.applyRule({ info: "", explanation: "", level: NagMessageLevel.ERROR, rule, node });
    }
  }
}

function findings(templateFile, names) {
  const app = new App();
  const stack = new Stack(app, "stack");
  new CfnInclude(stack, "template", { templateFile });
  names.validateScope(stack);
  const titles = new Map([...names.byRule].map(([rule, entry]) => [rule.name, entry]));
  return new EveryRule().validateScope(stack).violations.flatMap((violation) => {
    const [, name, detail = ""] = /^rule-([^[]+)(.*)$/s.exec(violation.ruleName);
    const known = titles.get(name);
    const threw = violation.description.startsWith("Rule threw an error");
    return violation.violatingResources.map(({ constructPath }) => ({
      rule: `${known?.id ?? name}${threw ? " (threw)" : ""}`,
      resource: `${constructPath}${detail}`,
      title: known?.title ?? name,
    }));
  });
}

const { folder, names } = JSON.parse(process.argv[2]);
const report = names.map((name) => {
  const templateFile = path.join(folder, name, "template.json");
  return [name, findings(templateFile, new AwsSolutionsNames())];
});
process.stdout.write(JSON.stringify(report));
