/**
 * What an organisation uses for its own rules: see docs/policy-packs.md.
 *
 * @module
 */
export { policyPack, type PackOptions } from "./policyPack";
export {
  makeRule,
  type Checked,
  type CheckedStack,
  type Checks,
  type Metadata,
  type Report,
  type Rule,
} from "./lib/rule";
export { rulesIn } from "./lib/rulesIn";
export { checkov, practice, securityHub } from "./lib/frameworks";
export { containersOf, type Container } from "./lib/containers";
export * from "./graph/value";
