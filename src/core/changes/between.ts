import { sameEndsOf } from "./same-ends.ts";

/** What left a list and what came in. What only moved may be in both. */
export interface Changes<Item> {
  readonly gone: readonly Item[];
  readonly come: readonly Item[];
}

/**
 * The items of one version of a list that are not in the other. One pass over the identities where items were added,
 * removed or replaced here and there; where more happened, two sets.
 */
export function changesBetween<Item>(before: readonly Item[], after: readonly Item[]): Changes<Item> {
  if (before.length === 0) return { gone: before, come: after };
  const { front, back } = sameEndsOf(before, after);
  const [oldEnd, freshEnd] = [before.length - back, after.length - back];
  const gone: Item[] = [];
  const come: Item[] = [];
  let [old, fresh] = [front, front];
  while (old < oldEnd && fresh < freshEnd) {
    const [was, is] = [before[old], after[fresh]];
    if (was === is) {
      old++;
      fresh++;
    } else if (old + 1 < oldEnd && before[old + 1] === is) gone.push(...before.slice(old, ++old));
    else if (fresh + 1 < freshEnd && after[fresh + 1] === was) come.push(...after.slice(fresh, ++fresh));
    else if (before[old + 1] === after[fresh + 1]) {
      gone.push(...before.slice(old, ++old));
      come.push(...after.slice(fresh, ++fresh));
    } else break;
  }
  const [left, right] = [before.slice(old, oldEnd), after.slice(fresh, freshEnd)];
  if (left.length === 0 || right.length === 0) return { gone: gone.concat(left), come: come.concat(right) };
  const [known, present] = [new Set(left), new Set(right)];
  return {
    gone: gone.concat(left.filter((item) => !present.has(item))),
    come: come.concat(right.filter((item) => !known.has(item))),
  };
}

/** Takes the changes into a map by id; the ids that they are about, each once. */
export function absorb<Item extends { readonly id: string }>(
  map: Map<string, Item>,
  { gone, come }: Changes<Item>,
): readonly string[] {
  for (const { id } of gone) map.delete(id);
  for (const item of come) map.set(item.id, item);
  const ids = come.map(({ id }) => id);
  for (const { id } of gone) if (!map.has(id)) ids.push(id);
  return ids;
}

/** Those of both, each once; neither says anything twice. */
export function union(a: Several, b: Several): Several {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const all = new Set(a);
  for (const item of b) all.add(item);
  return all;
}

type Several = readonly string[] | ReadonlySet<string>;

function isEmpty(several: Several): boolean {
  return ("size" in several ? several.size : several.length) === 0;
}
