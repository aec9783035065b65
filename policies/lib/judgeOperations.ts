import { forgetInputs } from "../graph/inputs";
import type { Handlers } from "../internals/handlers";
import type { Messages } from "../internals/messages";
import { forgetExemptions } from "./exemptions";
import { forgetOpenQuestions } from "./openQuestions";
import { configProblems } from "./packConfig";
import type { Rule } from "./rule";

const UNCHECKED =
  "The pack was not shown the configuration of this operation, so it cannot know which rules are in force " +
  "and refuses everything. Use the versions of Pulumi that the pack was written for, or update the pack.";

/**
 * Has the server judge an operation only after its configuration was found to be right, and refuse
 * everything otherwise: the pack fails closed. A rule cannot see to that: it sees its own settings only,
 * and is not asked at all once it is disabled.
 *
 * An operation begins when the engine names the stack, or configures the pack; a new one, perhaps of another
 * stack, knows nothing of the one before. It ends when the stack has been judged as a whole, and what
 * is judged next needs a configuration anew. One process may serve many operations, one at a time.
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
  /** Every rule refuses, once; what is judged after that in the same operation, one rule does. */
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

/** What is wrong with a configuration, as one error, or nothing. */
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
