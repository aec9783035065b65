// Bundles the lab's modules into one file: finding, reading and compiling 250 of them takes longer than running most
// commands. Packages are not bundled. The file is rebuilt when one of its sources changes; if it cannot be built, e.g.
// in a read-only folder, the sources are loaded one by one.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const { compileFunction, constants } = require("node:vm");

const root = path.join(__dirname, "..");
/** The folder of the bundle. Whoever can write there can change the sources beside it anyway. */
const cache = path.join(__dirname, ".compiled");
/** Folder and Node.js version of the bundle, since the code depends on both. */
const maker = `${root} ${process.version}`;

/**
 * The compiled `lab/NAME.ts`, with everything that it imports from this checkout.
 *
 * @param {string} name
 * @returns {Promise<(() => void) | undefined>} runs it; undefined if it cannot be built
 */
exports.compiled = async (name) => {
  const file = path.join(cache, `${name}.cjs`);
  try {
    const code = kept(file) ?? (await compile(name, file));
    return () => run(code, file);
  } catch {
    return undefined;
  }
};

/** The code in the file, if it is intact and none of its sources has changed. */
function kept(file) {
  try {
    const text = fs.readFileSync(file, "utf8");
    const end = text.indexOf("\n");
    const { by, sources, hash } = JSON.parse(text.slice(2, end));
    const code = text.slice(end);
    const isFresh =
      by === maker && Object.entries(sources).every(([source, state]) => stateOf(source) === state);
    return isFresh && hashOf(code) === hash ? code : undefined;
  } catch {
    return undefined; // not built yet, or damaged
  }
}

async function compile(name, file) {
  // First, since building is useless if the result cannot be stored.
  fs.mkdirSync(cache, { recursive: true, mode: 0o755 });
  fs.accessSync(cache, fs.constants.W_OK);
  const { build } = require("esbuild");
  /** State of each source before it was read, so that a change during the build causes another build. */
  const seen = new Map();
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`lab/${name}.ts`],
    bundle: true,
    platform: "node",
    target: `node${process.versions.node}`,
    keepNames: true,
    logLevel: "silent",
    metafile: true,
    write: false,
    plugins: [ofThisCheckout(seen)],
  });
  const code = `\n${outputFiles[0].text}`;
  const sources = [...Object.keys(metafile.inputs), "package-lock.json", "lab/compiled.cjs"];
  const states = Object.fromEntries(
    sources.map((source) => [source, seen.get(path.join(root, source)) ?? stateOf(source)]),
  );
  write(file, `//${JSON.stringify({ by: maker, sources: states, hash: hashOf(code) })}${code}`);
  return code;
}

function stateOf(source) {
  const state = fs.statSync(path.join(root, source), { throwIfNoEntry: false });
  return state && `${state.mtimeMs} ${state.size}`;
}

const hashOf = (code) => createHash("sha256").update(code).digest("base64");

/** Writes atomically, since other processes may be reading or writing it. */
function write(file, text) {
  const made = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(made, text, { mode: 0o644 });
    fs.renameSync(made, file);
  } catch (error) {
    fs.rmSync(made, { force: true });
    throw error;
  }
}

/**
 * A plugin that leaves out packages and JavaScript files, and keeps `__filename` and `__dirname` of each file.
 *
 * @param {Map<string, string>} seen receives the state of each file before it is read
 */
const ofThisCheckout = (seen) => ({
  name: "of-this-checkout",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /.*/ }, ({ path: asked, kind, resolveDir }) => {
      if (kind === "entry-point") return undefined;
      if (!asked.startsWith(".")) return { external: true };
      if (asked.endsWith(".cjs")) return { path: path.resolve(resolveDir, asked), external: true };
      return undefined;
    });
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      seen.set(file, stateOf(path.relative(root, file)));
      const [name, folder] = [file, path.dirname(file)].map((one) => JSON.stringify(one));
      const own = `const __filename=${name},__dirname=${folder};`;
      const contents = own + fs.readFileSync(file, "utf8");
      return { contents, loader: "ts" };
    });
  },
});

/** Not loaded with require, since tsx would parse it for nothing. */
function run(code, file) {
  const wrapped = compileFunction(code, ["exports", "require", "module"], {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  wrapped.call(module.exports, module.exports, createRequire(file), module);
}
