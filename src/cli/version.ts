import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject } from "../core/model/index.ts";

/** The folder of our package.json: the checkout, or the installed package. Sources and bundle lie at different depths. */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error("the program lies outside its package");
  }
}

export function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = isJsonObject(manifest) ? manifest["version"] : undefined;
  return typeof version === "string" ? version : "unknown";
}
