import { forgetInputs } from "../graph/inputs";
import { atConfigure } from "./atConfigure";
import { forgetExemptions } from "./exemptions";

/** Makes the pack of this process forget one operation before the next, perhaps of another stack. */
export function forgetBetweenOperations(): void {
  atConfigure(() => {
    forgetExemptions();
    forgetInputs();
  });
}
