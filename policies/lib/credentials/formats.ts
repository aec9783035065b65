/** A form of credentials that distinguishes them from any other text. */
interface Format {
  /** What it is, as part of a sentence. */
  readonly what: string;
  readonly pattern: RegExp;
}

/** A password that starts like this is only a reference to one. */
const NO_REFERENCE = "(?![$<%#{`])";

/**
 * The forms of credentials, as documented by their issuers.
 *
 * Sources: IAM user guide, "IAM identifiers" (AKIA, ASIA); RFC 7468 (keys), RFC 7519 (JSON Web Tokens), RFC 3986
 * section 3.2.1 (passwords in URLs); GitHub docs, "GitHub's token formats"; GitLab docs, "Token prefixes"; Slack docs,
 * "Token types"; Stripe docs, "API keys"; the other issuers' pages on their tokens.
 */
const FORMATS: readonly Format[] = [
  { what: "an AWS access key", pattern: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: "a private key", pattern: /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----/ },
  { what: "a private key", pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/ },
  { what: "a JSON Web Token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/ },
  { what: "a GitHub token", pattern: /\b(gh[pousr]_\w{36,}|github_pat_\w{22,})/ },
  { what: "a GitLab token", pattern: /\bgl(pat|oas|dt|rt|cbt|ptt|ft|soat|agent)-[\w-]{20,}/ },
  { what: "a Slack token", pattern: /\bxox[a-z]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}/ },
  {
    what: "a Slack webhook",
    pattern: /hooks\.slack\.com\/(services|workflows|triggers)\/[\w/]{16,}/,
  },
  { what: "a Stripe key", pattern: /\b([sr]k_(live|test)_\w{10,}|whsec_[\w+/=]{16,})/ },
  { what: "an npm token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: "a PyPI token", pattern: /\bpypi-AgE[\w-]{20,}/ },
  { what: "a Docker token", pattern: /\bdckr_[a-z]+_[\w-]{20,}/ },
  { what: "a Google key", pattern: /\b(AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})/ },
  {
    what: "an API key",
    pattern: /\bsk-(proj|svcacct|admin|ant|or)-[\w-]{16,}|\bsk-[A-Za-z0-9]{32,}\b/,
  },
  { what: "a SendGrid key", pattern: /\bSG\.[\w-]{16,}\.[\w-]{16,}/ },
  { what: "a Shopify token", pattern: /\bshp(at|ca|pa|ss)_[0-9a-fA-F]{32}/ },
  { what: "a Vault token", pattern: /\bhv[sbr]\.[\w-]{20,}/ },
  { what: "a Pulumi token", pattern: /\bpul-[0-9a-f]{40}\b/ },
  {
    what: "a token",
    pattern: /\b(dop|doo|dor)_v1_[0-9a-f]{40,}|\bhf_[A-Za-z]{30,}|\bNRAK-[A-Z0-9]{20,}/,
  },
  { what: "a token", pattern: /\b(lin_api|dapi|PMAK-|ATATT3|glc_)[\w-]{30,}/ },
  { what: "a Telegram token", pattern: /\b\d{8,10}:AA[\w-]{33}\b/ },
  { what: "an Azure key", pattern: /\bAccountKey=[\w+/]{40,}|[?&]sig=[\w%+/]{20,}/ },
  {
    what: "a password in a URL",
    // A port with a path is not a password: https://host:8080/a@b. Nor is what precedes `sha256:`.
    pattern: new RegExp(
      `(?<![\\w+.-])[a-z][\\w+.-]*://[^\\s/@:'"?#]*:(?!\\d{1,5}[/?#])${NO_REFERENCE}[^\\s@'"]+@`,
      "i",
    ),
  },
  {
    what: "a password for HTTP",
    pattern: new RegExp(
      `\\bauthorization["']?\\s*[:=]\\s*["']?(basic|bearer|token)\\s+${NO_REFERENCE}\\S{6,}`,
      "i",
    ),
  },
  // How headers are written for Fluent Bit.
  {
    what: "a password for HTTP",
    pattern: new RegExp(
      `\\bauthorization\\s+(basic|bearer|splunk)\\s+${NO_REFERENCE}\\S{16,}`,
      "i",
    ),
  },
  {
    what: "a password for HTTP",
    pattern: new RegExp(
      `\\b(curl|wget|https?)\\b.*\\s(-u\\s*|--user[=\\s]+)["']?[^\\s:$]+:${NO_REFERENCE}\\S+`,
    ),
  },
  {
    what: "a password",
    pattern: new RegExp(
      `\\b(mysql\\w*|mariadb[\\w-]*)\\b[^|;&]*?\\s-p["']?${NO_REFERENCE}(?!ort\\b)[^\\s"']+`,
    ),
  },
  {
    what: "a password",
    pattern: new RegExp(
      `\\b((sshpass|docker\\s+login|mongo\\w*)\\b[^|;&]*?\\s-p|redis-cli\\b[^|;&]*?\\s-a)\\s*["']?${NO_REFERENCE}[^\\s"'-][^\\s"']*`,
    ),
  },
  {
    what: "a password",
    pattern: new RegExp(
      `(?<![^\\s:"'])[^\\s:"']+:${NO_REFERENCE}[^\\s:"']+["']?\\s*\\|\\s*(sudo\\s+)?chpasswd`,
    ),
  },
];

/** The credential in a text, recognized only by its form; undefined if there is none. */
export function formatOf(text: string): string | undefined {
  return FORMATS.find(({ pattern }) => pattern.test(text))?.what;
}
