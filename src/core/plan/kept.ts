import { type Desired, type Observed, keyOf } from "../model/index.ts";

/**
 * Of held resources (by `keyOf`), whether the gateway has an earlier version. One whose id only its spec would tell, which
 * can't be read, is left out.
 */
export function keptVersions(held: Desired["held"], observed: Observed): ReadonlyMap<string, boolean> {
  const kept = new Map<string, boolean>();
  for (const [kind, ofKind] of Map.groupBy(held, (object) => object.kind)) {
    const wanted = new Set<string>(ofKind.flatMap(({ id }) => id ?? []));
    const standing = new Set(observed[kind].flatMap(({ id }) => (wanted.has(id) ? [id] : [])));
    for (const { id, origin } of ofKind)
      if (id !== undefined) kept.set(keyOf(origin), standing.has(id) || kept.get(keyOf(origin)) === true);
  }
  return kept;
}
