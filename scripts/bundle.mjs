// The program as one file that needs nothing but Node, for the image: `node scripts/bundle.mjs --out DIR` writes DIR anew,
// with the examples that `demo` plays.
import { cpSync, readFileSync, rmSync } from "node:fs";
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
  entryPoints: [join(root, "src/main.ts")],
  outfile: join(out, "apisix-route.mjs"),
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
  plugins: [leaveOut(unused())],
  logLevel: "warning",
});
cpSync(join(root, "examples"), join(out, "examples"), { recursive: true });

/**
 * What nothing here calls, and importing a package brings along all the same: 2 of 4 MB. All of a file is parsed when it starts,
 * and its text stays in memory, so this is a quarter of the start and 20 MB. Keys are where an import leads.
 */
function unused() {
  const [client, undici, zod] = ["@kubernetes/client-node", "undici", "zod"].map((name) => join(modules, name));
  return {
    // Of client-node we use KubeConfig alone (src/edges/kubernetes/config.ts); of the generated API, what makes a client of it.
    [join(client, "dist/index.js")]: `export { KubeConfig } from "${client}/dist/config.js";`,
    [join(client, "dist/gen/index.js")]:
      "export const createConfiguration = undefined, ServerConfiguration = undefined;",
    // Of undici, the agents (src/edges/kubernetes/dispatchers.ts) with the methods of a dispatcher, as its index.js puts them there.
    [join(undici, "index.js")]: `
      import Dispatcher from "${undici}/lib/dispatcher/dispatcher.js";
      import methods from "${undici}/lib/api/index.js";
      Object.assign(Dispatcher.prototype, methods);
      export { default as Agent } from "${undici}/lib/dispatcher/agent.js";
      export { default as ProxyAgent } from "${undici}/lib/dispatcher/proxy-agent.js";
      export { default as Socks5ProxyAgent } from "${undici}/lib/dispatcher/socks5-proxy-agent.js";`,
    // The messages of zod in other languages; English it imports by itself.
    [join(zod, "v4/locales/index.js")]: "export {};",
  };
}

/** An esbuild plugin that puts a module in the place of another, by path. One that is never asked for is a mistake. */
function leaveOut(substitutes) {
  const met = new Set();
  return {
    name: "leave-out",
    setup(bundle) {
      bundle.onLoad({ filter: /\.js$/ }, ({ path }) => {
        if (!Object.hasOwn(substitutes, path)) return undefined;
        met.add(path);
        return { contents: substitutes[path], resolveDir: dirname(path), loader: "js" };
      });
      bundle.onEnd(() => {
        const missed = Object.keys(substitutes).filter((path) => !met.has(path));
        if (missed.length > 0) throw new Error(`nothing imports ${missed.join(", ")} any more`);
      });
    },
  };
}
