/**
 * A PCRE pattern as a tree. APISIX compiles its patterns without UTF mode, so everything here is about bytes; flags that
 * change what a part means (i, s, m, x) are resolved while parsing.
 */
export type Node =
  | { readonly kind: "empty" }
  | { readonly kind: "set"; readonly set: ByteSet }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly branches: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly body: Node;
      readonly min: number;
      readonly max: number;
      readonly mode: "greedy" | "lazy" | "possessive";
    }
  | { readonly kind: "capture"; readonly index: number; readonly body: Node }
  | { readonly kind: "atomic"; readonly body: Node }
  | { readonly kind: "look"; readonly isBehind: boolean; readonly isNegative: boolean; readonly body: Node }
  | { readonly kind: "backreference"; readonly index: number; readonly ignoresCase: boolean }
  | { readonly kind: "assert"; readonly what: Assertion }
  /** `\K`: what was matched so far does not count. Harmless to a search that only asks whether. */
  | { readonly kind: "keepOut" };

export type Assertion = "start" | "end" | "endOrLastLineFeed" | "lineStart" | "lineEnd" | "word" | "notWord";

/** 256 flags, one per byte. */
export type ByteSet = Uint8Array;

/** The pattern is wrong for PCRE: it never matches anything. */
export class BrokenPattern extends Error {
  override readonly name = "BrokenPattern";
}
/** Right for PCRE, but beyond us: recursion, conditions, verbs, Unicode properties. */
export class UnsupportedPattern extends Error {
  override readonly name = "UnsupportedPattern";
}

export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case "sequence":
      return node.parts;
    case "choice":
      return node.branches;
    case "repeat":
    case "capture":
    case "atomic":
    case "look":
      return [node.body];
    case "empty":
    case "set":
    case "backreference":
    case "assert":
    case "keepOut":
      return [];
  }
}
