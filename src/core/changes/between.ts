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
  if (before === after) return { gone: [], come: [] };
  const gone: Item[] = [];
  const come: Item[] = [];
  let [old, fresh] = [0, 0];
  while (old < before.length && fresh < after.length) {
    const [was, is] = [before[old], after[fresh]];
    if (was === is) {
      old++;
      fresh++;
      continue;
    }
    const isGone = before[old + 1] === is && old + 1 < before.length;
    const isCome = after[fresh + 1] === was && fresh + 1 < after.length;
    const isReplaced =
      (old + 1 === before.length && fresh + 1 === after.length) || before[old + 1] === after[fresh + 1];
    if (isGone) gone.push(...before.slice(old, ++old));
    else if (isCome) come.push(...after.slice(fresh, ++fresh));
    else if (isReplaced) {
      gone.push(...before.slice(old, ++old));
      come.push(...after.slice(fresh, ++fresh));
    } else break;
  }
  const [left, right] = [before.slice(old), after.slice(fresh)];
  if (left.length > 0 && right.length > 0) {
    const [known, present] = [new Set(left), new Set(right)];
    return {
      gone: [...gone, ...left.filter((item) => !present.has(item))],
      come: [...come, ...right.filter((item) => !known.has(item))],
    };
  }
  return { gone: [...gone, ...left], come: [...come, ...right] };
}
