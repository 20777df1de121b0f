import type { RouterFlavor } from "../model/index.ts";
import type { HostEntry } from "./hosts.ts";

/**
 * One host of a bucket, or several that the same routes name. In the uri routers hosts form a tree, in which an overlap
 * is always between a host and one above it; under the host router the tree is flat, since only equal hosts share a
 * bucket.
 *
 *     any ── *.com ─┬─ *.a.com ── x.a.com
 *                   └─ b.com
 */
export interface HostNode {
  /** Of a wildcard; "" for leaves, which may stand for several hosts. */
  readonly name: string;
  readonly parent: HostNode | undefined;
  isLeaf: boolean;
}

/** Where a set of hosts stands; a port narrows, and sets beside each other only where both name one. */
export interface Stand {
  readonly node: HostNode;
  readonly port: string | undefined;
}

type HostSet = readonly HostEntry[];

/** The stands of each of these sets of hosts. */
export function standsOf(sets: readonly HostSet[], flavor: RouterFlavor): ReadonlyMap<HostSet, readonly Stand[]> {
  const [only] = sets;
  if (sets.length === 1 && only !== undefined) {
    // They meet on each of their hosts, so one stands for all.
    return new Map([
      [only, only.length === 0 ? [] : [{ node: { name: "", parent: undefined, isLeaf: true }, port: undefined }]],
    ]);
  }
  const stands = new Map(sets.map((set) => [set, [] as Stand[]]));
  const names = groupedByName(sets);
  const wildcards = flavor === "radixtree_host_uri" ? noWildcards : wildcardsOf(names);
  const nodes = new Map<string, HostNode>();
  for (const [, uses] of names) {
    const { entry } = uses[0] ?? {};
    if (entry === undefined) continue;
    const node = wildcards.nodes.get(entry.key) ?? leafFor(entry, uses);
    for (const { set, entry } of uses) {
      const own = stands.get(sets[set] ?? []);
      if (own?.some((stand) => stand.node === node && stand.port === entry.port) === false) {
        own.push({ node, port: entry.port });
      }
    }
  }
  return stands;

  /** Leaves that the same sets name, beneath the same host, are one. */
  function leafFor(entry: HostEntry, uses: readonly Use[]): HostNode {
    const parent = parentOf(entry, wildcards);
    const who = uses.map(({ set, entry }) => `${set}${entry.port ?? "*"}`).join();
    const key = `${parent?.name ?? ""} ${who}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    if (parent !== undefined) parent.isLeaf = false;
    const made = { name: "", parent, isLeaf: true };
    nodes.set(key, made);
    return made;
  }
}

/** One host as one set names it. */
interface Use {
  readonly set: number;
  readonly entry: HostEntry;
}

function groupedByName(sets: readonly HostSet[]): ReadonlyMap<string, readonly Use[]> {
  const names = new Map<string, Use[]>();
  for (const [set, entries] of sets.entries()) {
    for (const entry of entries) {
      const key = entry.key;
      const uses = names.get(key);
      if (uses === undefined) names.set(key, [{ set, entry }]);
      else uses.push({ set, entry });
    }
  }
  return names;
}

const noWildcards: Wildcards = { nodes: new Map(), lengths: [] };

/** The hosts that others can stand beneath. */
interface Wildcards {
  readonly nodes: Map<string, HostNode>;
  /** Of the suffixes, the longest first. */
  readonly lengths: number[];
}

function wildcardsOf(names: ReadonlyMap<string, readonly Use[]>): Wildcards {
  const wildcards: Wildcards = { nodes: new Map(), lengths: [] };
  const entries = [...names.values()].flatMap((uses) => (uses[0] === undefined ? [] : [uses[0].entry]));
  const wild = entries.filter(({ kind }) => kind !== "exact");
  // Shorter suffixes first, so that parents are there before their children.
  const rank = ({ kind, name }: HostEntry) => (kind === "any" ? -1 : name.length);
  for (const entry of wild.sort((a, b) => rank(a) - rank(b))) {
    const parent = parentOf(entry, wildcards);
    if (parent !== undefined) parent.isLeaf = false;
    const name = entry.key;
    wildcards.nodes.set(name, { name, parent, isLeaf: true });
    if (entry.kind === "suffix" && wildcards.lengths[0] !== entry.name.length)
      wildcards.lengths.unshift(entry.name.length);
  }
  return wildcards;
}

/** The longest wildcard above a host, which itself is not there yet. */
function parentOf({ name }: HostEntry, { nodes, lengths }: Wildcards): HostNode | undefined {
  for (const length of lengths) {
    if (length > name.length) continue;
    const node = nodes.get(`*${name.slice(name.length - length)}`);
    if (node !== undefined) return node;
  }
  return nodes.get("any");
}
