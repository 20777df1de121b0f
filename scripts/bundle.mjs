// The program as a few files that need nothing but Node, for the image: `node scripts/bundle.mjs --out DIR` writes DIR anew,
// with the examples that `demo` plays.
import { cpSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const modules = join(root, "node_modules");
const { values } = parseArgs({ options: { out: { type: "string" } } });
if (values.out === undefined) throw new Error("--out says which folder");
const out = resolve(values.out);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: { "apisix-route": join(root, "src/main.ts") },
  outdir: out,
  outExtension: { ".js": ".mjs" },
  // What a command does not need is not read: the operator knows nothing of the sandbox.
  splitting: true,
  // Nothing but what is copied counts: no tsconfig.json, and paths in the bundle are those below root, wherever that is.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  absWorkingDir: root,
  preserveSymlinks: true,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node26",
  // Names stay, so that a stack trace can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  define: { bundledVersion: JSON.stringify(version) },
  // CommonJS packages of ours ask for Node's own modules by `require`.
  banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
  // Beside the bundle: an author's name may hold a letter that ASCII has not.
  legalComments: "external",
  plugins: [nodeByRequire(), instead(unused())],
  logLevel: "warning",
});
cpSync(join(root, "examples"), join(out, "examples"), { recursive: true });

/**
 * What nothing here calls, and importing a package brings along all the same: 2 of 4 MB. All of a file is parsed when it starts,
 * and its text stays in memory, so this is a quarter of the start and 20 MB. Keys are where an import leads; a value makes
 * of the text there what stands in its place.
 */
function unused() {
  const [client, undici, zod] = ["@kubernetes/client-node", "undici", "zod"].map((name) => join(modules, name));
  return {
    // Of client-node we use KubeConfig alone (src/edges/kubernetes/config.ts); of the generated API, what makes a client of it.
    [join(client, "dist/index.js")]: () => `export { KubeConfig } from "${client}/dist/config.js";`,
    [join(client, "dist/gen/index.js")]: () =>
      "export const createConfiguration = undefined, ServerConfiguration = undefined;",
    // Of undici, the agents (src/edges/kubernetes/dispatchers.ts) with the methods of a dispatcher, as its index.js puts them there.
    [join(undici, "index.js")]: () => `
      import Dispatcher from "${undici}/lib/dispatcher/dispatcher.js";
      import methods from "${undici}/lib/api/index.js";
      Object.assign(Dispatcher.prototype, methods);
      export { default as Agent } from "${undici}/lib/dispatcher/agent.js";
      export { default as ProxyAgent } from "${undici}/lib/dispatcher/proxy-agent.js";
      export { default as Socks5ProxyAgent } from "${undici}/lib/dispatcher/socks5-proxy-agent.js";`,
    // The messages of zod in other languages; English it imports by itself.
    [join(zod, "v4/locales/index.js")]: () => "export {};",
    // Nobody asks got for HTTP/2.
    [join(modules, "got/dist/source/core/utils/http2-client.js")]: () => "export default {};",
    // Two formatters for messages that nobody sees: the first one made reads 5 MB of Node's data about languages.
    [join(modules, "@sindresorhus/is/distribution/index.js")]: (text) =>
      text.replaceAll(/new Intl\.ListFormat\([^)]*\)/g, (made) => `{ format: (list) => ${made}.format(list) }`),
  };
}

/**
 * An esbuild plugin that reaches Node's own modules by `require`. An `import` of one reads all that it exports, and with that loads what
 * stands behind it: of node:http a client with WebSocket and fetch, of node:crypto Web Crypto. 15 MB that nobody uses.
 */
function nodeByRequire() {
  const namespace = "node";
  return {
    name: "node-by-require",
    setup(bundle) {
      bundle.onResolve({ filter: /^(node:)?http2$/ }, () => ({ path: "http2", namespace }));
      bundle.onResolve({ filter: /./ }, ({ path, kind }) => {
        if (!isBuiltin(path)) return undefined;
        return kind === "require-call" ? { path, external: true } : { path, namespace };
      });
      bundle.onLoad({ filter: /./, namespace }, ({ path }) => ({
        contents: path === "http2" ? withoutHttp2() : requiring(path),
        loader: "js",
      }));
    },
  };
}

/** Nobody here speaks HTTP/2: a class without instances for got, which asks what it writes to, and constants for undici. */
function withoutHttp2() {
  return "exports.Http2ServerResponse = class {}; exports.constants = {};";
}

/** A module's names as constants of their own: of those, what nobody imports is dropped before it is read. */
function requiring(path) {
  const names = Object.keys(process.getBuiltinModule(path)).filter(
    (name) => /^[A-Za-z]\w*$/.test(name) && name !== "default",
  );
  return `
    const builtin = require("${path}"), named = (name) => builtin[name];
    export default builtin;
    ${names.map((name) => `const its_${name} = /* @__PURE__ */ named("${name}"); export { its_${name} as ${name} };`).join("\n")}`;
}

/** An esbuild plugin that puts a text in the place of a file's. One that nothing asks for, or that changes nothing, is a mistake. */
function instead(substitutes) {
  const met = new Set();
  return {
    name: "instead",
    setup(bundle) {
      bundle.onLoad({ filter: /\.js$/ }, ({ path }) => {
        if (!Object.hasOwn(substitutes, path)) return undefined;
        const text = readFileSync(path, "utf8");
        const contents = substitutes[path](text);
        if (contents !== text) met.add(path);
        return { contents, resolveDir: dirname(path), loader: "js" };
      });
      bundle.onEnd(() => {
        const missed = Object.keys(substitutes).filter((path) => !met.has(path));
        if (missed.length > 0) throw new Error(`nothing imports ${missed.join(", ")} any more, or it is another text`);
      });
    },
  };
}
