import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { forgetExemptions } from "./exemptions";
import { forgetInputs } from "./rule";

/**
 * Makes the pack of this process forget one operation before the next, perhaps of another stack. The
 * engine configures a pack at the beginning of each.
 */
export function forgetBetweenOperations(): void {
  const { configure } = AnalyzerService;
  const deserialize = configure.requestDeserialize;
  configure.requestDeserialize = (bytes) => {
    forgetExemptions();
    forgetInputs();
    return deserialize(bytes);
  };
}
