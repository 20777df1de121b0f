import { type Changes, changesBetween } from "./between.ts";

/** A function on lists that sorts them; a list that differs little from the one before is not sorted anew. */
export function sortedOnce<Item>(compare: (a: Item, b: Item) => number): (items: readonly Item[]) => readonly Item[] {
  let [before, sorted]: [readonly Item[], readonly Item[]] = [[], []];
  return (items) => {
    sorted = patched(sorted, changesBetween(before, items), compare);
    before = items;
    return sorted;
  };
}

/** A sorted list with these changes. Few changes cost a copy and a search each. */
export function patched<Item>(
  sorted: readonly Item[],
  { gone, come }: Changes<Item>,
  compare: (a: Item, b: Item) => number,
): readonly Item[] {
  if (gone.length + come.length === 0) return sorted;
  if (sorted.length === 0) return come.length < 2 ? come : come.toSorted(compare);
  const leaving = new Set(gone);
  if (8 * (gone.length + come.length) > sorted.length)
    return [...sorted.filter((item) => !leaving.has(item)), ...come].sort(compare);
  const placeOf = (item: Item) => firstPlace(sorted, (other) => compare(other, item) >= 0);
  const cuts = [
    ...gone.map((item) => ({ at: sorted.indexOf(item, placeOf(item)), added: [] as readonly Item[] })),
    ...come.toSorted(compare).map((item) => ({ at: placeOf(item), added: [item] })),
  ].sort((a, b) => a.at - b.at);
  const parts: (readonly Item[])[] = [];
  let copied = 0;
  for (const { at, added } of cuts) {
    parts.push(sorted.slice(copied, at), added);
    copied = Math.max(copied, at + sorted.slice(at, at + 1).filter((item) => leaving.has(item)).length);
  }
  const none: readonly Item[] = [];
  return none.concat(...parts, sorted.slice(copied));
}

/** The first place of a list from which on this holds; the list must be sorted by it. */
export function firstPlace<Item>(sorted: readonly Item[], isThere: (item: Item) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isThere(sorted[middle] as Item))
      high = middle; // between the two
    else low = middle + 1;
  }
  return low;
}

/** Finds items by id in a list that is in the order of the ids. Who asks in that order is answered at once. */
export function finderIn<Item extends { readonly id: string }>(
  sorted: readonly Item[],
): (id: string) => Item | undefined {
  if (sorted.length === 0) return () => undefined;
  let next = 0;
  return (id) => {
    let item = sorted[next];
    if (item?.id !== id) {
      next = placeOfId(sorted, id);
      item = sorted[next];
    }
    if (item?.id !== id) return undefined;
    next++;
    return item;
  };
}

/** Apart from the finder, whose calls would else each make room for a closure that is hardly ever asked. */
function placeOfId(sorted: readonly { readonly id: string }[], id: string): number {
  return firstPlace(sorted, (item) => item.id >= id);
}
