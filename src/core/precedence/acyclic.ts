/** Above, below. */
export type Pair = readonly [number, number];

/**
 * Takes pairs one after another and turns each that would close a cycle with those already taken; returns those turned,
 * as they now stand. So a pair that comes late never turns one that came before. `order` holds all members, best nearly
 * sorted: only pairs that contradict it cost more than a look.
 * Source: D. Pearce, P. Kelly, A dynamic topological sort algorithm for directed acyclic graphs, 2006.
 */
export function turnedAgainstCycles(pairs: Iterable<Pair>, order: readonly number[]): readonly Pair[] {
  const place = new Map(order.map((member, at) => [member, at]));
  const below = new Map<number, number[]>(order.map((member) => [member, []]));
  const above = new Map<number, number[]>(order.map((member) => [member, []]));
  const placeOf = (member: number) => place.get(member) ?? 0;
  const turned: Pair[] = [];
  for (const [high, low] of pairs) {
    if (placeOf(high) < placeOf(low)) accept(high, low);
    // What is turned so needs no pair of its own: there is a way already.
    else if (isOnTheWay(high, low)) turned.push([low, high]);
    else {
      moveAhead(high, low);
      accept(high, low);
    }
  }
  return turned;

  function accept(high: number, low: number): void {
    below.get(high)?.push(low);
    above.get(low)?.push(high);
  }

  /** Whether `high` is already below `low`. */
  function isOnTheWay(high: number, low: number): boolean {
    return reachable(low, below, (member) => placeOf(member) <= placeOf(high)).has(high);
  }

  /** Gives `high` and what is above it the places before `low` and what is below it, among the places they have. */
  function moveAhead(high: number, low: number): void {
    const [from, to] = [placeOf(low), placeOf(high)];
    const byPlace = (a: number, b: number) => placeOf(a) - placeOf(b);
    const first = [...reachable(high, above, (member) => placeOf(member) >= from)].sort(byPlace);
    const then = [...reachable(low, below, (member) => placeOf(member) <= to)].sort(byPlace);
    const places = [...first, ...then].map(placeOf).sort((a, b) => a - b);
    for (const [at, member] of [...first, ...then].entries()) place.set(member, places[at] ?? 0);
  }
}

function reachable(
  from: number,
  next: ReadonlyMap<number, readonly number[]>,
  isNear: (member: number) => boolean,
): ReadonlySet<number> {
  const seen = new Set([from]);
  const open = [from];
  for (let member = open.pop(); member !== undefined; member = open.pop()) {
    for (const other of next.get(member) ?? []) {
      if (seen.has(other) || !isNear(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return seen;
}
