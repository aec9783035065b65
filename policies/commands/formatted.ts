import { format, resolveConfig } from "prettier";

/**
 * Formats a generated page like all other files of the repository.
 * @param file the page's absolute path
 */
export async function formatted(text: string, file: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
