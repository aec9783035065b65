import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";

/**
 * Has `handle` called with what the engine configures the pack of this process with, at the beginning of
 * each operation, before the policy server takes it in: rules see their own settings only.
 */
export function atConfigure(handle: (request: ConfigureAnalyzerRequest) => void): void {
  const { configure } = AnalyzerService;
  const deserialize = configure.requestDeserialize;
  configure.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    handle(request);
    return request;
  };
}
