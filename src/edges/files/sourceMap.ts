import { isAlias, isMap, isSeq, type Node } from "yaml";
import { isMerge, keyText, type Targets } from "./json.ts";
import { parsePath, type FieldPath } from "../../core/model/index.ts";

/** A place in a file, counted from 1 as editors do. Columns count UTF-16 units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `examples/story.yaml:12:3`. */
export function formatLocation({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}

/** Says where the fields of one document stand in its file. */
export interface SourceMap {
  readonly file: string;
  /** The start of the document. */
  readonly start: Location;
  /**
   * Where a field stands: the key of a field, the first character of a list's entry. A field that is missing stands
   * where the nearest one around it stands. Accepts `spec.hosts[0]` and `["spec", "hosts", 0]`.
   */
  readonly locate: (path: string | FieldPath) => Location;
}

/** Finds line and column of an offset in a text. */
export class LineIndex {
  readonly #file: string;
  readonly #starts: readonly number[];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#starts = [0, ...Array.from(text.matchAll(/\n/g), (match) => match.index + 1)];
  }

  at(offset: number): Location {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.#file, line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

/** `targets` says what each alias stands for; `base` is the offset of the document's text in the file. */
export function sourceMapOf(root: Node, file: string, lines: LineIndex, targets: Targets, base: number): SourceMap {
  const locationOf = (node: Node | undefined) => lines.at(base + (node?.range?.[0] ?? 0));
  const start = locationOf(root);
  return {
    file,
    start,
    locate: (path) => {
      let node: Node | undefined = root;
      let place: Node = root;
      for (const step of typeof path === "string" ? parsePath(path) : path) {
        const found: Found | undefined = node === undefined ? undefined : childOf(node, step, targets);
        if (found === undefined) break;
        place = found.place;
        node = found.value;
      }
      return locationOf(place);
    },
  };
}

/** The map of an object that stands inside a document, at `prefix`. */
export function subMap(source: SourceMap, prefix: FieldPath): SourceMap {
  return {
    file: source.file,
    start: source.locate(prefix),
    locate: (path) => source.locate([...prefix, ...(typeof path === "string" ? parsePath(path) : path)]),
  };
}

interface Found {
  /** The node to point at. */
  readonly place: Node;
  readonly value: Node | undefined;
}

function childOf(node: Node, step: string | number, targets: Targets): Found | undefined {
  const target = isAlias(node) ? targets.get(node) : node;
  if (isSeq<Node>(target) && typeof step === "number") {
    const item = target.items[step];
    return item === undefined ? undefined : { place: item, value: item };
  }
  if (!isMap<Node, Node | null>(target)) return undefined;
  const pair = target.items.find(({ key }) => keyText(key) === String(step));
  if (pair !== undefined) return { place: pair.key, value: pair.value ?? undefined };
  return target.items
    .filter(isMerge)
    .map(({ value }) => (value === null ? undefined : childOfMerged(value, step, targets)))
    .find((found) => found !== undefined);
}

function childOfMerged(source: Node, step: string | number, targets: Targets): Found | undefined {
  const target = isAlias(source) ? targets.get(source) : source;
  if (!isSeq<Node>(target)) return target === undefined ? undefined : childOf(target, step, targets);
  return target.items.map((item) => childOf(item, step, targets)).find((found) => found !== undefined);
}
