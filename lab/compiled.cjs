// The lab's modules as one file: Node.js takes longer to find, read and translate 250 of them than to run most commands.
// Packages stay where they are. The file is made anew when one of its sources is another than it was; where it cannot be
// made, as in a folder that cannot be written to, the sources are loaded one by one.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const { compileFunction, constants } = require("node:vm");

const root = path.join(__dirname, "..");
/** Where it is kept. Whoever can write there can change the sources beside it, too. */
const cache = path.join(__dirname, ".compiled");
/** Where it was made and for which Node.js: both stand in the code. */
const maker = `${root} ${process.version}`;

/**
 * The compiled `lab/NAME.ts` and all that it imports of this checkout.
 *
 * @param {string} name
 * @returns {Promise<(() => void) | undefined>} runs it; undefined where there is none
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

/** The code in the file, if it is whole and all that it was made of is as it was then. */
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
    return undefined; // not made yet, or damaged
  }
}

async function compile(name, file) {
  // First of all, for where it cannot be kept the work would be lost.
  fs.mkdirSync(cache, { recursive: true, mode: 0o755 });
  fs.accessSync(cache, fs.constants.W_OK);
  const { build } = require("esbuild");
  /** Of each source as it was before it was read: what changes meanwhile has it made anew. */
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

/** Whole or not at all: others may read it, or write it too. */
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
 * Leaves alone packages, and what is JavaScript already; files still know where they stand.
 *
 * @param {Map<string, string>} seen is told the state of each file before it is read
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
      const folder = JSON.stringify(path.dirname(file));
      const contents = `const __dirname=${folder};${fs.readFileSync(file, "utf8")}`;
      return { contents, loader: "ts" };
    });
  },
});

/** Not by require, which would have tsx look through it for what is not there. */
function run(code, file) {
  const wrapped = compileFunction(code, ["exports", "require", "module"], {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  wrapped.call(module.exports, module.exports, createRequire(file), module);
}
