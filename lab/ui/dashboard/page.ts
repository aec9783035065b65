import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** A file of the page. */
export interface Asset {
  readonly contentType: string;
  readonly body: string;
}

/** The page: its document, its files by URL path, and their Content-Security-Policy. */
export interface Page {
  readonly document: Asset;
  readonly files: ReadonlyMap<string, Asset>;
  readonly contentSecurityPolicy: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page's libraries by import name; each is a single file that imports only others of these. */
const libraries: Readonly<Record<string, string>> = {
  preact: "preact",
  "preact/hooks": "preact/hooks",
  htm: "htm",
};

/**
 * Reads the page from `public/` and its libraries from node_modules. There is no build step: the browser finds the
 * libraries by an import map.
 * @param token the token that this page's actions must send; empty if the page has no actions
 */
export function loadPage(token: string): Page {
  const folder = path.join(__dirname, "public");
  const files = new Map(
    readdirSync(folder).map((name) => [`/_lab/${name}`, readAsset(path.join(folder, name))]),
  );
  const template = files.get("/_lab/index.html");
  if (template === undefined) throw new Error(`${folder} has no index.html`);
  files.delete("/_lab/index.html");
  const imports: Record<string, string> = {};
  for (const [name, specifier] of Object.entries(libraries)) {
    const url = `/_lab/lib/${name.replace("/", "-")}.mjs`;
    imports[name] = url;
    files.set(url, {
      ...readAsset(libraryFile(specifier)),
      contentType: contentTypes[".mjs"] ?? "",
    });
  }
  const importMap = JSON.stringify({ imports });
  const body = template.body
    .replace("<!-- import map -->", `<script type="importmap">${importMap}</script>`)
    .replace("{{token}}", token);
  return {
    document: { ...template, body },
    files,
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src 'self' 'sha256-${createHash("sha256").update(importMap).digest("base64")}'`,
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  };
}

function readAsset(file: string): Asset {
  return {
    contentType: contentTypes[path.extname(file)] ?? "application/octet-stream",
    body: readFileSync(file, "utf8"),
  };
}

/** The ES module of a library: the `import` entry of its package. */
function libraryFile(specifier: string): string {
  const file = require.resolve(specifier);
  return path.extname(file) === ".mjs" ? file : file.replace(/\.js$/, ".mjs");
}
