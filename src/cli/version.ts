import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject } from "../core/model/index.ts";

/** Written into the bundle by scripts/bundle.mjs, which stands alone; elsewhere package.json says it. */
declare const bundledVersion: string | undefined;
const isBundled = typeof bundledVersion === "string";

/** The folder of our package.json, the checkout's or the installed package's, which lie at different depths; else the bundle's. */
export function packageRoot(): string {
  if (isBundled) return import.meta.dirname;
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error("the program lies outside its package");
  }
}

export function programVersion(): string {
  if (isBundled) return bundledVersion;
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const version = isJsonObject(manifest) ? manifest["version"] : undefined;
  return typeof version === "string" ? version : "unknown";
}
