import type { Match, PathEntry } from "../precedence/index.ts";

/** From so many paths on they are laid out by bucket. */
const many = 8;
const bucketLists = new WeakMap<Match["paths"], readonly string[]>();
const layouts = new WeakMap<Match["paths"], ReadonlyMap<string, readonly PathEntry[]>>();

/** Where a route stands, each bucket once. */
export function bucketsOf({ paths }: Match): readonly string[] {
  const buckets = bucketLists.get(paths) ?? [...new Set(paths.map(({ bucket }) => bucket))];
  bucketLists.set(paths, buckets);
  return buckets;
}

/** Its paths there. */
export function pathsIn({ paths }: Match, bucket: string): readonly PathEntry[] {
  if (paths.length > many) return layoutOf(paths).get(bucket) ?? [];
  return paths.length === 1 && paths[0]?.bucket === bucket ? paths : paths.filter((path) => path.bucket === bucket);
}

function layoutOf(paths: Match["paths"]): ReadonlyMap<string, readonly PathEntry[]> {
  const known = layouts.get(paths) ?? Map.groupBy(paths, ({ bucket }) => bucket);
  layouts.set(paths, known);
  return known;
}
