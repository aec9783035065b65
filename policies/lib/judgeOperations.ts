import { forgetInputs } from "../graph/inputs";
import type { Handlers } from "../internals/handlers";
import type { Messages } from "../internals/messages";
import { forgetExemptions } from "./exemptions";
import { forgetOpenQuestions } from "./openQuestions";
import { configProblems } from "./packConfig";
import type { Rule } from "./rule";

const UNCHECKED =
  "The pack was not shown the configuration of this operation, so it does not know which rules are in force " +
  "and refuses everything. Use the versions of Pulumi that the pack was written for, or update the pack.";

/**
 * Makes the server judge an operation only after its configuration was found valid, and refuse everything otherwise: the
 * pack fails closed. A rule cannot ensure that, since it sees only its own settings, and is not called if it is disabled.
 *
 * An operation begins when the engine names the stack, or configures the pack; a new one, perhaps for another stack,
 * starts without the previous one's configuration. It ends when the whole stack has been checked; after that a new
 * configuration is required. One process may serve many operations, one at a time.
 */
export function judgeOperations(
  sdk: Handlers,
  rules: readonly Rule[],
  messages: Messages,
): Handlers {
  let isConfigured = false;
  let isRefused = false;
  const begin = (): void => {
    isConfigured = false;
    isRefused = false;
    forgetExemptions();
    forgetInputs();
    forgetOpenQuestions();
  };
  /** Every rule refuses once; after that, in the same operation, one rule refuses everything. */
  const refuse = (): ReturnType<Messages["refusal"]> => {
    const refusing = isRefused ? rules.slice(0, 1) : rules;
    isRefused = true;
    return messages.refusal(
      refusing.map(({ name, description }) => ({ policy: name, description, message: UNCHECKED })),
    );
  };

  return {
    configureStack: (call, answer) => {
      begin();
      return sdk.configureStack(call, answer);
    },
    configure: (call, answer) => {
      begin();
      const wrong = problemsOf(() => configProblems(rules, messages.configOf(call.request)));
      if (wrong) {
        answer(wrong);
        return;
      }
      return sdk.configure(call, (error, response) => {
        isConfigured = !error;
        answer(error, response);
      });
    },
    remediate: (call, answer) => {
      if (isConfigured) return sdk.remediate(call, answer);
      answer(undefined, messages.noRemediation());
    },
    analyze: (call, answer) => {
      if (isConfigured) return sdk.analyze(call, answer);
      answer(undefined, refuse());
    },
    analyzeStack: (call, answer) => {
      if (!isConfigured) {
        answer(undefined, refuse());
        return;
      }
      return sdk.analyzeStack(call, (error, response) => {
        isConfigured = false;
        answer(error, response);
      });
    },
  };
}

/** The problems of a configuration as one error; undefined if there are none. */
function problemsOf(check: () => readonly string[]): Error | undefined {
  try {
    const problems = check();
    if (problems.length === 0) return undefined;
    return new Error(["the policy configuration is wrong:", ...problems].join("\n  - "));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new Error(`the policy configuration cannot be read: ${reason}`);
  }
}
