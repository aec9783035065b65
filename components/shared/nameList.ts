/**
 * Parses a list of names in a setting: separated by commas, as for `pulumi config set`, with or without brackets around it;
 * or the JSON list into which Pulumi converts a YAML list.
 *
 * @returns whatever the JSON contains; the caller must check that it is a list of strings.
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
