/**
 * Puts objects on shelves by their kind, each in the order of `objects`. There is a shelf for every kind, empty or not.
 * The one place that knows what TypeScript can't follow: that grouping by kind sorts a union into its members.
 */
export function shelved<Shelves, Item>(
  kinds: readonly (keyof Shelves)[],
  objects: readonly Item[],
  kindOf: (object: Item) => keyof Shelves,
): Shelves {
  const groups = Map.groupBy(objects, kindOf);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each list holds objects of its own kind only
  return Object.fromEntries(kinds.map((kind) => [kind, groups.get(kind) ?? []])) as unknown as Shelves;
}
