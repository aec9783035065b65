import deserializer = require("@pulumi/policy/deserialize");

type Deserialize = (properties: object, keepSecrets: boolean) => object;

/**
 * Makes the policy server of this process read a resource's properties once. It reads them anew for
 * each rule, which is most of what a pack of many rules takes; they all get the same, since rules that
 * validate change nothing. A remediation does, so each has properties of its own.
 */
export function readPropertiesOnce(): void {
  const server = deserializer as unknown as { deserializeProperties: Deserialize };
  const { deserializeProperties: read } = server;
  const known = new WeakMap<object, object>();
  server.deserializeProperties = (properties, keepSecrets) => {
    if (keepSecrets) return read(properties, keepSecrets);
    const value = known.get(properties) ?? read(properties, keepSecrets);
    known.set(properties, value);
    return value;
  };
}
