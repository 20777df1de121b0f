import { sameEndsOf } from "./same-ends.ts";

/**
 * A function on lists that makes each item once: an item that was in the list before, too, keeps what was made of it then.
 * Where nothing is new the very list of before comes back. `make` must be pure: after larger changes it may be asked again.
 */
export function eachOnce<Item, Made>(make: (item: Item) => Made): (items: readonly Item[]) => readonly Made[] {
  let [before, made]: [readonly Item[], readonly Made[]] = [[], []];
  return (items) => {
    made = mapped({ items: before, made }, items, make);
    before = items;
    return made;
  };
}

interface Mapping<Item, Made> {
  readonly items: readonly Item[];
  /** In the order of the items. */
  readonly made: readonly Made[];
}

/** `items.map(make)`, with what was made of the same item before. One pass over the identities where little has changed. */
export function mapped<Item, Made>(
  { items: before, made }: Mapping<Item, Made>,
  items: readonly Item[],
  make: (item: Item) => Made,
): readonly Made[] {
  const { front, back } = sameEndsOf(before, items);
  if (front === before.length && front === items.length) return made;
  const middle = mappedAnew(
    { items: before.slice(front, before.length - back), made: made.slice(front, made.length - back) },
    items.slice(front, items.length - back),
    make,
  );
  return made.slice(0, front).concat(middle, made.slice(made.length - back));
}

function mappedAnew<Item, Made>(
  { items: before, made }: Mapping<Item, Made>,
  items: readonly Item[],
  make: (item: Item) => Made,
): readonly Made[] {
  if (before.length === 0) return items.map(make);
  // Where items were replaced in several places, most of what lies between stands where it stood.
  const isInPlace = (place: number) => before.length === items.length && before[place] === items[place];
  const places = new Map<Item, number>();
  for (const [place, item] of before.entries()) if (!isInPlace(place)) places.set(item, place);
  return items.map((item, at) => {
    const place = isInPlace(at) ? at : places.get(item);
    return place === undefined ? make(item) : (made[place] as Made); // as long as `before`
  });
}

/** What is there of a list, with no room for more; the list itself where nothing is missing. */
export function presentIn<Item extends object | number>(items: readonly (Item | undefined)[]): readonly Item[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- just looked
  return items.includes(undefined) ? items.filter((item) => item !== undefined).slice() : (items as readonly Item[]);
}
