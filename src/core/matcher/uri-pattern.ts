/**
 * One part of a tree uri between slashes. A part that begins with ":" is a parameter (one segment, not empty), one that
 * begins with "*" takes the rest, slashes included, also nothing; what follows in it is only its name (":ext" if none).
 * Any other part goes, as it is, into a regular expression: see `kind: "regex"`.
 */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "param"; readonly name: string }
  | { readonly kind: "rest"; readonly name: string }
  /** Written text with live PCRE syntax: `a+b`, `foo*`, `(x)`. */
  | { readonly kind: "regex"; readonly source: string };

/**
 * One uri of a route, compiled. Bucket = same `kind` and same `key`; for exact uris the key is the whole path, for tree
 * uris the text before the first star (or parameter). `key` and the segments are byte strings (bytes.ts); `text` is the
 * uri as written and `textLength` its length in bytes, which decides between equal priorities.
 */
export type UriPattern = ExactPattern | TreePattern;

export interface ExactPattern {
  readonly kind: "exact";
  readonly key: string;
  readonly text: string;
  readonly textLength: number;
  /** No request path can be this one: they arrive normalised and begin with a slash. */
  readonly isNeverMatching: boolean;
}

export interface TreePattern {
  readonly kind: "tree";
  readonly key: string;
  readonly text: string;
  readonly textLength: number;
  /**
   * Parts between slashes, the first being what stands before the first slash; empty parts at the end left out.
   * `undefined`: nothing is checked, every path that begins with the key passes (no part begins with a star or colon).
   */
  readonly segments: readonly Segment[] | undefined;
  /** The path must end in a slash after the last segment. */
  readonly endsWithSlash: boolean;
  /** Parameters take any byte but the slash, or (before 3.12) only those of RFC 1738. */
  readonly paramTakesAnyByte: boolean;
  /** The key and a star behind it are all there is: every path below the key passes, up to the star's longest reach. */
  readonly isPlainPrefix: boolean;
  /** Set where a segment holds live syntax: the whole expression, which decides in place of the segments. */
  readonly regex: string | undefined;
  /** No path at all can pass: `/a+b/*` demands a literal plus of the tree and none of the expression. Certain where true. */
  readonly isNeverMatching: boolean;
}
