import { ApiError } from "../../apiError";

/**
 * Matches messages against a filter pattern of terms: they must contain all plain terms, any of those after `?`, and
 * none of those after `-`; quoted terms may have blanks.
 *
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax".
 *
 * @throws ApiError for JSON, field and regular expression patterns, which the lab does not support
 */
export function filterOf(pattern = ""): (message: string) => boolean {
  if (/^\s*[{[%]/.test(pattern)) {
    throw new ApiError(
      "InvalidParameterException",
      "The lab only supports filter patterns of terms, not JSON, field or regular expression patterns.",
    );
  }
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = "", quoted, plain]) => ({
      sign,
      text: quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "",
    }),
  );
  const ofSign = (wanted: string) =>
    terms.filter(({ sign }) => sign === wanted).map(({ text }) => text);
  const [all, any, none] = [ofSign(""), ofSign("?"), ofSign("-")];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
}
