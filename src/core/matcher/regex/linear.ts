import { RE2JS } from "re2js";
import type { ByteSet, Node } from "./syntax.ts";

/**
 * The same question for an engine whose time is linear in the subject: does the pattern match anywhere? `undefined`
 * where that engine cannot be asked: look-around, back-references, atomic groups, `$` before something else, counts too
 * large.
 */
export function compileLinear(root: Node): ((subject: string) => boolean) | undefined {
  const source = sourceOf(root, true);
  if (source === undefined) return undefined;
  try {
    const pattern = RE2JS.compile(source, RE2JS.DOTALL);
    return (subject) => pattern.matcher(subject).find();
  } catch {
    return undefined; // re2js refuses counts beyond 1000 and programs that grow too large
  }
}

/** In re2 syntax; bytes as code points up to U+00FF. `isLast`: nothing is taken after this node. */
function sourceOf(node: Node, isLast: boolean): string | undefined {
  switch (node.kind) {
    case "empty":
    case "keepOut":
      return "";
    case "set":
      return setSource(node.set);
    case "sequence":
      return joined(
        node.parts.map((part, index) => sourceOf(part, isLast && index === node.parts.length - 1)),
        "",
      );
    case "choice":
      return wrapped(
        joined(
          node.branches.map((branch) => sourceOf(branch, isLast)),
          "|",
        ),
      );
    case "capture":
      return wrapped(sourceOf(node.body, isLast));
    case "repeat":
      return node.mode === "possessive" ? undefined : repeatSource(node);
    case "assert":
      return assertionSource(node.what, isLast);
    case "atomic":
    case "look":
    case "backreference":
      return undefined;
  }
}

/** Lazy or greedy makes no difference to whether there is a match. */
function repeatSource(node: Node & { readonly kind: "repeat" }): string | undefined {
  const body = wrapped(sourceOf(node.body, false));
  if (body === undefined) return undefined;
  const high = node.max === Number.POSITIVE_INFINITY ? "" : String(node.max);
  return `${body}{${node.min},${high}}`;
}

function assertionSource(what: (Node & { readonly kind: "assert" })["what"], isLast: boolean): string | undefined {
  switch (what) {
    case "start":
      return "\\A";
    case "end":
      return "\\z";
    case "endOrLastLineFeed": // at the very end of the pattern a line feed may be taken along
      return isLast ? "\\n?\\z" : undefined;
    case "word":
      return "\\b";
    case "notWord":
      return "\\B";
    case "lineStart":
    case "lineEnd":
      return undefined;
  }
}

function setSource(set: ByteSet): string {
  const ranges: string[] = [];
  for (let low = 0; low < 256; low++) {
    if (set[low] !== 1) continue;
    let high = low;
    while (set[high + 1] === 1) high++;
    ranges.push(`${codePoint(low)}-${codePoint(high)}`);
    low = high;
  }
  return ranges.length === 0 ? "[^\\x{0}-\\x{10FFFF}]" : `[${ranges.join("")}]`;
}

function codePoint(byte: number): string {
  return `\\x{${byte.toString(16)}}`;
}

function joined(sources: readonly (string | undefined)[], separator: string): string | undefined {
  return sources.some((source) => source === undefined) ? undefined : sources.join(separator);
}

function wrapped(source: string | undefined): string | undefined {
  return source === undefined ? undefined : `(?:${source})`;
}
