import { Affixes, affixOf, byteOf, lengthOf } from "./affixes.ts";
import { insertCandidate, type Bucket, type Candidate } from "./bucket.ts";
import type { HostPattern } from "./host.ts";
import type { RouterRules } from "./rules.ts";

/**
 * One path matcher: the whole router of the uri flavors, one host level of the host flavor. Lives as long as its table and
 * changes with it.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, match_route: exact paths from a hash, then every stored
 * key that begins the path, longest first.
 */
export class PathIndex {
  /** The level of the host router it stands for; "any" is the only one of the uri flavors. */
  readonly host: HostPattern;
  private readonly exact = new Map<string, Bucket>();
  /** A bit for each length, modulo 32, of an exact path that is or was there: most others need no look-up. */
  private exactLengths = 0;
  private readonly tree = new Map<string, Bucket>();
  private readonly beginningsInTree = new Affixes();
  /** Of the keys in the tree, longest first, so that a look-up asks only for beginnings that may be one. */
  private beginnings: readonly number[] = [];

  constructor(host: HostPattern) {
    this.host = host;
  }

  get isEmpty(): boolean {
    return this.exact.size === 0 && this.tree.size === 0;
  }

  put(candidate: Candidate, rules: RouterRules): void {
    const { kind, key } = candidate.pattern;
    const buckets = kind === "exact" ? this.exact : this.tree;
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      bucket = [];
      buckets.set(key, bucket);
      if (kind === "tree") this.countKey(key, 1);
      else this.exactLengths |= 1 << key.length;
    }
    insertCandidate(bucket, candidate, rules);
  }

  remove(candidate: Candidate): void {
    const { kind, key } = candidate.pattern;
    const buckets = kind === "exact" ? this.exact : this.tree;
    const bucket = buckets.get(key);
    const index =
      bucket?.findIndex(({ owner, uriIndex }) => owner === candidate.owner && uriIndex === candidate.uriIndex) ?? -1;
    if (bucket === undefined || index < 0) return;
    bucket.splice(index, 1);
    if (bucket.length > 0) return;
    buckets.delete(key);
    if (kind === "tree") this.countKey(key, -1);
  }

  /** Buckets that a path is looked for in, in order. */
  *bucketsFor(path: string): Generator<Bucket> {
    const exact = (this.exactLengths & (1 << path.length)) === 0 ? undefined : this.exact.get(path);
    if (exact !== undefined) yield exact;
    for (const affix of this.beginnings) {
      const length = lengthOf(affix);
      if (length > path.length || (length > 0 && path.charCodeAt(length - 1) !== byteOf(affix))) continue;
      const bucket = this.tree.get(path.slice(0, length));
      if (bucket !== undefined) yield bucket;
    }
  }

  private countKey(key: string, change: 1 | -1): void {
    const affix = affixOf(key.length, key.charCodeAt(key.length - 1));
    this.beginnings = this.beginningsInTree.count(affix, change) ?? this.beginnings;
  }
}
