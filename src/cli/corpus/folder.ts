import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject } from "../../core/model/index.ts";
import type { AdminCase } from "./admin-case.ts";
import type { RoutingCase } from "./routing-case.ts";
import type { StandaloneCase } from "./standalone-case.ts";

/** A file of cases, by what its cases look like. */
export type CorpusFile =
  | { readonly kind: "routing"; readonly name: string; readonly cases: readonly RoutingCase[] }
  | { readonly kind: "admin"; readonly name: string; readonly cases: readonly AdminCase[] }
  /** Exchanges with a gateway in API-driven standalone mode. */
  | { readonly kind: "standalone"; readonly name: string; readonly cases: readonly StandaloneCase[] }
  | { readonly kind: "foreign"; readonly name: string };

/** Every `.json` file of a folder, by name. Throws what reading throws, and where a file is no JSON. */
export async function corpusIn(folder: string): Promise<readonly CorpusFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(names.map(async (name) => fileOf(name, await readFile(join(folder, name), "utf8"))));
}

function fileOf(name: string, text: string): CorpusFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is no JSON`, { cause: error });
  }
  const [first] = Array.isArray(content) ? (content as readonly unknown[]) : [];
  if (!isJsonObject(first)) return { kind: "foreign", name };
  /* oxlint-disable typescript/no-unsafe-type-assertion -- the recorder wrote them: test/corpus/README.md */
  if (Array.isArray(first["requests"])) return { kind: "routing", name, cases: content as readonly RoutingCase[] };
  if (!Array.isArray(first["exchanges"])) return { kind: "foreign", name };
  if (typeof first["group"] === "string") return { kind: "admin", name, cases: content as readonly AdminCase[] };
  return { kind: "standalone", name, cases: content as readonly StandaloneCase[] };
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}
