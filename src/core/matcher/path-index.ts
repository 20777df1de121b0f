import { insertCandidate, type Bucket, type Candidate } from "./bucket.ts";
import type { RouterRules } from "./rules.ts";

/**
 * One path matcher: the whole router of the uri flavors, one host level of the host flavor. Lives as long as its table and
 * changes with it.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, match_route: exact paths from a hash, then every stored
 * key that begins the path, longest first.
 */
export class PathIndex {
  private readonly exact = new Map<string, Bucket>();
  private readonly tree = new Map<string, Bucket>();
  /** Lengths of the keys in the tree with their number, so that a lookup asks only for lengths that occur. */
  private readonly keyLengths = new Map<number, number>();
  private lengthsDown: readonly number[] = [];

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
      if (kind === "tree") this.countLength(key.length, 1);
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
    if (kind === "tree") this.countLength(key.length, -1);
  }

  /** Buckets that a path is looked for in, in order. */
  *bucketsFor(path: string): Generator<Bucket> {
    const exact = this.exact.get(path);
    if (exact !== undefined) yield exact;
    for (const length of this.lengthsDown) {
      if (length > path.length) continue;
      const bucket = this.tree.get(path.slice(0, length));
      if (bucket !== undefined) yield bucket;
    }
  }

  private countLength(length: number, change: 1 | -1): void {
    const count = (this.keyLengths.get(length) ?? 0) + change;
    if (count === 0) this.keyLengths.delete(length);
    else this.keyLengths.set(length, count);
    if (count === 0 || (count === 1 && change === 1))
      this.lengthsDown = [...this.keyLengths.keys()].sort((a, b) => b - a);
  }
}
