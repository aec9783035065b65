// An image is built of its own folder alone. What services have in common stands once, in services/shared/; each
// service that imports some of it gets those files as <service>/shared/, and the Dockerfile with its own name in it,
// unless it has a Dockerfile of its own. Git ignores these copies.
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require("node:fs");
const { join } = require("node:path");

const from = join(__dirname, "shared");

/** The files of `shared/` that a text imports, each with those that it imports itself. */
function imported(text, pattern, found = new Set()) {
  for (const [, name] of text.matchAll(pattern)) {
    if (found.has(name)) continue;
    found.add(name);
    imported(readFileSync(join(from, name), "utf8"), / from "\.\/(\w+\.mts)"/g, found);
  }
  return found;
}

/** Writes a file in one turn, unless it has that text: several processes may do so at once. */
function write(file, text) {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

/** Gives a service the Dockerfile, unless it has one that is no copy: copies begin with the same line. */
function shareDockerfile(service) {
  const dockerfile = readFileSync(join(from, "Dockerfile"), "utf8");
  const to = join(__dirname, service, "Dockerfile");
  const [first] = dockerfile.split("\n");
  if (existsSync(to) && !readFileSync(to, "utf8").startsWith(`${first}\n`)) return;
  write(to, dockerfile.replaceAll("SERVICE", service));
}

/** Brings each service's copies up to date. */
exports.shareSources = () => {
  for (const service of readdirSync(__dirname)) {
    const source = join(__dirname, service, "src");
    if (!existsSync(source)) continue;
    const text = readdirSync(source)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(source, name), "utf8"))
      .join("\n");
    const names = imported(text, / from "\.\.\/shared\/(\w+\.mts)"/g);
    const to = join(__dirname, service, "shared");
    if (names.size > 0) mkdirSync(to, { recursive: true });
    for (const name of names) write(join(to, name), readFileSync(join(from, name), "utf8"));
    if (names.size > 0) shareDockerfile(service);
    const old = existsSync(to) ? readdirSync(to).filter((name) => name.endsWith(".mts")) : [];
    for (const name of old) if (!names.has(name)) rmSync(join(to, name), { force: true });
  }
};

if (require.main === module) exports.shareSources();
