/** How far two lists are the same from the front and, beyond that, from the back. */
export interface SameEnds {
  readonly front: number;
  readonly back: number;
}

/** One tight pass over the identities: most changes leave most of a list alone. */
export function sameEndsOf<Item>(a: readonly Item[], b: readonly Item[]): SameEnds {
  const most = Math.min(a.length, b.length);
  let front = 0;
  while (front < most && a[front] === b[front]) front++;
  let back = 0;
  while (back < most - front && a[a.length - 1 - back] === b[b.length - 1 - back]) back++;
  return { front, back };
}
