import { ApiError } from "../../apiError";

/**
 * What a filter pattern of terms lets pass: all plain terms, any of those after `?`, none of those after `-`;
 * quoted ones may have blanks.
 *
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax".
 *
 * @throws ApiError for patterns of JSON, of fields and of regular expressions, which the lab does not know
 */
export function filterOf(pattern = ""): (message: string) => boolean {
  if (/^\s*[{[%]/.test(pattern)) {
    throw new ApiError(
      "InvalidParameterException",
      "The lab knows filter patterns of terms only, not of JSON, fields or regular expressions.",
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
