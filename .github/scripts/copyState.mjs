// Makes of a stack's state what a pull request may read: the same without the secrets in it. From `pulumi stack export`
// on the standard input to what `pulumi stack import` takes on the standard output.
import process from "node:process";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

/** How a state says of an object that it is a secret (Pulumi, sdk/go/common/resource, `SigKey` and `SecretSig`). */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** What stands where a secret was. It is the same before and after, so that a preview shows no change. */
export const placeholder = "[secret]";

/** The state without secrets, and without the key that would open them. */
export function withoutSecrets(state) {
  const deployment = replaced(state.deployment);
  delete deployment.secrets_providers;
  return { ...state, deployment };
}

function replaced(value) {
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== "object" || value === null) return value;
  if (value[signature] === secret) return placeholder;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one)]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.stdout.write(JSON.stringify(withoutSecrets(JSON.parse(await text(process.stdin)))));
}
