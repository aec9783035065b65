import { createHash, randomBytes } from "node:crypto";

const DIGITS = 7;

/**
 * A name for a resource without one: the Pulumi name, a dash and seven hexadecimal digits.
 *
 * @param randomSeed The engine's seed, which is the same for the preview and the update of a step.
 * @param maxLength Maximum length of a name on AWS, in characters.
 * @throws RangeError if the Pulumi name leaves no room for the digits.
 */
export function autoName(name: string, randomSeed: Uint8Array, maxLength: number): string {
  if (name.length + 1 + DIGITS > maxLength) {
    throw new RangeError(
      `no name was given, and "${name}" with a dash and ${DIGITS} digits is longer than ` +
        `the ${maxLength} characters that AWS allows`,
    );
  }
  const seed = randomSeed.length > 0 ? randomSeed : randomBytes(32);
  return `${name}-${createHash("sha256").update(seed).digest("hex").slice(0, DIGITS)}`;
}
