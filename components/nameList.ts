/**
 * A list of names in a setting: with commas between them, as `pulumi config set` writes a text, or as the list
 * in JSON that Pulumi makes of one in YAML.
 *
 * @returns whatever the JSON holds; what is no list of texts is for the caller to refuse.
 * @throws SyntaxError if it begins like a list in JSON and is none.
 */
export function parseNameList(text: string): unknown {
  if (/^\s*\[/.test(text)) return JSON.parse(text) as unknown;
  return text.split(",").map((name) => name.trim());
}
