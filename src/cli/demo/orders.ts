const mostOrders = 24;

/**
 * The orders in which `items` could have been created: all of them, or, for more than four items, 24 distinct ones
 * spread evenly over all, the given order and its reverse among them. Same input, same orders; nothing has one order.
 */
export function ordersOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const all = factorial(items.length);
  const count = all < mostOrders ? Number(all) : mostOrders;
  return Array.from({ length: count }, (_, k) => {
    const rank = count === 1 ? 0n : (BigInt(k) * (all - 1n)) / BigInt(count - 1);
    return permutation(items, rank);
  });
}

/** The permutation with this place in the list of all, as a dictionary would sort them. */
function permutation<Item>(items: readonly Item[], rank: bigint): readonly Item[] {
  if (items.length === 0) return [];
  const each = factorial(items.length - 1);
  const first = Number(rank / each);
  return [...items.slice(first, first + 1), ...permutation(items.toSpliced(first, 1), rank % each)];
}

function factorial(n: number): bigint {
  return n <= 1 ? 1n : BigInt(n) * factorial(n - 1);
}
