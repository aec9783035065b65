import { format, resolveConfig } from "prettier";

/**
 * A generated page, formatted as all files of the repository are.
 * @param file the page's absolute path
 */
export async function formatted(text: string, file: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
