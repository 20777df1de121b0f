import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import type { Json } from "../../core/model/index.ts";
import { resolvePlain, resolveTagged, ScalarError } from "./scalars.ts";

/** Something in a document that has no JSON, and the node to point at. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly node: Node;

  constructor(message: string, node: Node) {
    super(message);
    this.node = node;
  }
}

/** What each alias of a document stands for. */
export type Targets = ReadonlyMap<Alias, Node>;

/** A few lines of aliases can stand for billions of values. */
const mostAliasedValues = 1_000_000;

/**
 * The JSON that kubectl makes of a YAML tree (parsed with the failsafe schema, so that every scalar is still text), and
 * what each alias stands for. A key written twice is an error here; kubectl keeps the last. Throws JsonError.
 */
export function toJson(root: Node): { readonly value: Json; readonly targets: Targets } {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const open = new Set<Node>();
  let aliased = 0;

  const visit = (node: Node | null, isInAlias: boolean): Json => {
    if (node === null) return null;
    if (isInAlias && ++aliased > mostAliasedValues) throw new JsonError("aliases stand for too many values", node);
    if (isAlias(node)) return visit(targetOf(node), true);
    // Aliases further down are resolved when they are met first, that is, in the order of the text.
    if ("anchor" in node && node.anchor !== undefined && !isInAlias) anchors.set(node.anchor, node);
    if (isScalar(node)) return scalarValue(node);
    if (open.has(node)) throw new JsonError("an anchor stands inside itself", node);
    open.add(node);
    const value = isSeq<Node | null>(node)
      ? node.items.map((item) => visit(item, isInAlias))
      : mapValue(node, isInAlias);
    open.delete(node);
    return value;
  };

  const targetOf = (alias: Alias): Node => {
    const target = targets.get(alias) ?? anchors.get(alias.source);
    if (target === undefined) throw new JsonError(`there is no anchor &${alias.source} above`, alias);
    targets.set(alias, target);
    return target;
  };

  const mapValue = (node: Node, isInAlias: boolean): Json => {
    const fields = new Map<string, Json>();
    const own = new Set<string>();
    for (const pair of isMap<Node, Node | null>(node) ? node.items : []) {
      if (isMerge(pair)) {
        // go-yaml goes by the order of the text: a field above the merge is overwritten, one below overwrites.
        for (const [name, value] of merged(pair.value, isInAlias)) fields.set(name, value);
        continue;
      }
      const name = keyText(pair.key);
      if (own.has(name)) throw new JsonError(`the key ${name} is written twice`, pair.key);
      own.add(name);
      fields.set(name, visit(pair.value, isInAlias));
    }
    return Object.fromEntries(fields);
  };

  const merged = (source: Node | null, isInAlias: boolean): readonly [string, Json][] => {
    const target = isAlias(source) ? targetOf(source) : source;
    // Of several sources the first one wins.
    const sources = isSeq<Node>(target) ? target.items.toReversed() : [target];
    return sources.flatMap((it) => {
      const map = isAlias(it) ? targetOf(it) : it;
      if (!isMap(map)) throw new JsonError("<< needs a map, or a list of maps", it ?? root);
      const value = visit(it, isInAlias || isAlias(source));
      return Object.entries(value ?? {});
    });
  };

  return { value: visit(root, false), targets };
}

/** `<<`, which takes over the fields of another map. */
export function isMerge({ key }: Pair<Node, Node | null>): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.value === "<<";
}

/** A key as it stands in JSON: `010` is "8". Throws JsonError for one that cannot. */
export function keyText(key: Node): string {
  const value = isScalar(key) ? scalarValue(key) : null;
  if (value === null) throw new JsonError("a key must be a text", key);
  return String(value);
}

function scalarValue(node: Scalar): string | number | boolean | null {
  // The failsafe schema makes a text of everything but an empty place.
  const text = typeof node.value === "string" ? node.value : "";
  try {
    if (node.tag !== undefined) return resolveTagged(text, node.tag);
    return node.type === "PLAIN" || node.type === undefined ? resolvePlain(text) : text;
  } catch (cause) {
    if (cause instanceof ScalarError) throw new JsonError(cause.message, node);
    throw cause;
  }
}
