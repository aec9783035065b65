import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { guides } from "./commands";
import { isTaken, stepsOf } from "./pages";
import { Terminals } from "./terminal";

/** The shell variables that a command sets for later commands of its page. */
const variables = (command: string) =>
  command
    .split("\n")
    .filter((line) => /^[a-z]\w*=/i.test(line))
    .map((line) => `${line}\n`)
    .join("");

for (const page of guides) {
  describe(`the commands of ${page}, typed one after the other`, function () {
    this.timeout(2 * engineTimeout);
    let terminals: Terminals;

    before(pulumiCli);
    before(async () => {
      terminals = await Terminals.open();
    });
    after(() => terminals.close());

    let given = "";
    for (const step of stepsOf(page).filter(isTaken)) {
      const before = given;
      given += variables(step.command);
      it(`line ${step.line}: ${step.command}`, () => terminals.type(step, before));
    }
  });
}
