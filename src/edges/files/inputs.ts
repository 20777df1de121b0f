import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { apiGroup } from "../../core/model/index.ts";
import type { LoadError } from "./documents.ts";

/** A file as it was read. */
export interface Input {
  /** The path as it was given, or found below a given folder; "stdin" for standard input. */
  readonly file: string;
  readonly text: string;
}

export interface Inputs {
  readonly inputs: readonly Input[];
  readonly errors: readonly LoadError[];
}

const isManifestFile = (name: string) => /\.(?:ya?ml|json)$/i.test(name);

/**
 * Reads files, folders (with all below them, entries that begin with a dot apart; .yaml, .yml and .json only) and "-",
 * standard input. In the order given, folders in the order of the names. A file that was found twice is read once.
 */
export async function readInputs(paths: readonly string[], stdin: Readable): Promise<Inputs> {
  const inputs: Input[] = [];
  const errors: LoadError[] = [];
  const seen = new Set<string>();
  const attempt = async (file: string, read: () => Promise<void>) => {
    try {
      await read();
    } catch (cause) {
      errors.push({ location: { file }, message: whyNot(cause) });
    }
  };
  const readOne = async (file: string, isNamed: boolean) => {
    const text = decode(await readFile(file));
    // A file that does not mention our group holds nothing of ours: templates that are no YAML at all may lie around.
    if (isNamed || text.includes(apiGroup)) inputs.push({ file, text });
  };
  for (const path of paths) {
    if (path === "-") {
      await attempt("stdin", async () => void inputs.push({ file: "stdin", text: await textOf(stdin) }));
      continue;
    }
    await attempt(path, async () => {
      const isFolder = (await stat(path)).isDirectory();
      for (const file of isFolder ? await manifestFilesIn(path) : [path]) {
        const real = await realpath(file);
        if (!seen.has(real)) await attempt(file, () => readOne(file, !isFolder));
        seen.add(real);
      }
    });
  }
  return { inputs, errors };
}

/** All manifest files below a folder, in the order of the names. */
export async function manifestFilesIn(folder: string): Promise<readonly string[]> {
  return (await walk(folder)).files;
}

/** A folder and all folders below it, each once, whatever links there are. */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  return (await walk(folder)).folders;
}

interface Walk {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

async function walk(root: string): Promise<Walk> {
  const files: string[] = [];
  const folders: string[] = [];
  const seen = new Set<string>();
  const visit = async (folder: string): Promise<void> => {
    const real = await realpath(folder);
    if (seen.has(real)) return;
    seen.add(real);
    folders.push(folder);
    const names = (await readdir(folder)).filter((name) => !name.startsWith(".") && name !== "node_modules").sort();
    for (const name of names) {
      const path = join(folder, name);
      // It may be gone by now, or be a link to nowhere.
      const entry = await stat(path).catch(() => undefined);
      if (entry?.isDirectory() === true) await visit(path);
      else if (entry?.isFile() === true && isManifestFile(name)) files.push(path);
    }
  };
  await visit(root);
  return { files, folders };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Uint8Array[] = [];
  // A stream of bytes, unless somebody has set an encoding.
  for await (const chunk of stream as AsyncIterable<Uint8Array | string>) {
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  }
  return decode(Buffer.concat(chunks));
}

/** UTF-8, with or without a byte order mark. Throws a TypeError for anything else. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function whyNot(cause: unknown): string {
  if (cause instanceof TypeError) return "is no text in UTF-8";
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file or folder";
    case "EACCES":
    case "EPERM":
      return "may not be read: permission denied";
    default:
      return `could not be read: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
