/**
 * A list of names in a setting: with commas between them, as `pulumi config set` writes a text, with brackets
 * around them or not; or the list in JSON that Pulumi makes of one in YAML.
 *
 * @returns whatever the JSON holds; what is no list of texts is for the caller to refuse.
 */
export function parseNameList(text: string): unknown {
  try {
    if (/^\s*[[{]/.test(text)) return JSON.parse(text) as unknown;
  } catch {
    // Names between brackets, without quotes.
  }
  const [, between = text] = /^\s*\[(.*)\]\s*$/s.exec(text) ?? [];
  return between.split(",").map((name) => name.trim());
}
