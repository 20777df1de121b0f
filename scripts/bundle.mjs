// The program as one file that needs nothing but Node, for the image: `node scripts/bundle.mjs --out DIR` writes DIR anew,
// with the examples that `demo` plays.
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
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
  plugins: [kubeconfigOnly()],
  logLevel: "warning",
});
cpSync(join(root, "examples"), join(out, "examples"), { recursive: true });

/**
 * Of client-node we use KubeConfig alone (src/edges/kubernetes/config.ts). Its generated API, 17 MB of modules whose
 * loading has no effect but their own exports, stays out: it would cost half of the memory and of the start.
 */
function kubeconfigOnly() {
  const folder = join(root, "node_modules/@kubernetes/client-node/dist");
  const resolved = Symbol("resolved");
  return {
    name: "kubeconfig-only",
    setup(bundle) {
      bundle.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: join(folder, "config.js") }));
      bundle.onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === resolved || !importer.startsWith(folder)) return undefined;
        const found = await bundle.resolve(path, { importer, resolveDir, kind, pluginData: resolved });
        return { ...found, sideEffects: !found.path.startsWith(join(folder, "gen")) };
      });
    },
  };
}
