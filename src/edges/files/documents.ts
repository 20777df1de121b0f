import { type Document, isNode, type Node, parseAllDocuments, parseDocument, type YAMLError } from "yaml";
import type { Json } from "../../core/model/index.ts";
import { JsonError, toJson } from "./json.ts";
import { LineIndex, sourceMapOf, type SourceMap } from "./sourceMap.ts";

/** One document of a file, as JSON, and where its fields stand. */
export interface SourceDocument {
  readonly value: Json;
  readonly source: SourceMap;
}

/** One thing that kept a file, or a part of it, from being read. */
export interface LoadError {
  /** `line` and `column` are missing where no place inside the file is meant. */
  readonly location: { readonly file: string; readonly line?: number; readonly column?: number };
  readonly message: string;
}

export interface Documents {
  /** Those above the first syntax error; empty documents are left out. */
  readonly documents: readonly SourceDocument[];
  readonly error?: LoadError;
}

// Scalars stay text: what they mean is decided by go-yaml's rules, not by the library's.
const options = {
  version: "1.1",
  schema: "failsafe",
  prettyErrors: false,
  uniqueKeys: false,
  logLevel: "silent",
} as const;

/** Reads YAML or JSON, one document or several, as kubectl does. Throws nothing. */
export function readDocuments(file: string, text: string): Documents {
  const lines = new LineIndex(file, text);
  const documents: SourceDocument[] = [];
  try {
    for (const { document, base } of parse(text)) {
      const [error] = document.errors;
      if (error !== undefined)
        return { documents, error: { location: lines.at(base + error.pos[0]), message: wordsOf(error) } };
      const root: unknown = document.contents;
      if (!isNode(root)) continue;
      const read = readDocument(root, file, lines, base);
      if ("message" in read) return { documents, error: read };
      if (read.value !== null) documents.push(read);
    }
    return { documents };
  } catch (cause) {
    // The parser follows nested brackets with its own stack.
    if (cause instanceof RangeError)
      return { documents, error: { location: { file }, message: "is nested too deeply" } };
    throw cause;
  }
}

function readDocument(root: Node, file: string, lines: LineIndex, base: number): SourceDocument | LoadError {
  try {
    const { value, targets } = toJson(root);
    return { value, source: sourceMapOf(root, file, lines, targets, base) };
  } catch (cause) {
    if (cause instanceof JsonError)
      return { location: lines.at(base + (cause.node.range?.[0] ?? 0)), message: cause.message };
    throw cause;
  }
}

interface Parsed {
  readonly document: Document;
  /** Offset of the document's text in the file, to be added to every position in it. */
  readonly base: number;
}

function parse(text: string): readonly Parsed[] {
  const parts = splitJson(text);
  if (parts.length < 2) {
    const documents = parseAllDocuments(text, options);
    return "empty" in documents ? [] : documents.map((document) => ({ document, base: 0 }));
  }
  return parts.map(({ start, end }) => ({ document: parseDocument(text.slice(start, end), options), base: start }));
}

/**
 * The JSON objects that follow one another in a text, as `jq -c .items[]` prints them; YAML has no such thing. Empty or
 * a single one for anything else, which is then read as YAML.
 */
function splitJson(text: string): readonly { readonly start: number; readonly end: number }[] {
  if (!/^\s*\{/.test(text)) return [];
  const parts: { start: number; end: number }[] = [];
  let depth = 0;
  let start = 0;
  // Strings are skipped whole, so a brace inside one does not count.
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]|[^\s{}"]/gs)) {
    if (depth === 0 && match[0] !== "{") return [];
    if (match[0] === "{" && depth++ === 0) start = match.index;
    if (match[0] === "}" && --depth === 0) parts.push({ start, end: match.index + 1 });
  }
  return depth === 0 ? parts : [];
}

/** The first line of the parser's words, which may go on with a picture of the place. */
function wordsOf(error: YAMLError): string {
  return error.message.split("\n", 1)[0] ?? error.message;
}
