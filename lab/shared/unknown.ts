/**
 * Represents, in a preview, a value that only the update will determine. Source: pulumi,
 * sdk/go/common/resource/plugin/rpc.go, UnknownStringValue.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
