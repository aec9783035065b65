/**
 * Stands in a preview for a value that only the update will know.
 * Source: pulumi, sdk/go/common/resource/plugin/rpc.go, UnknownStringValue.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
