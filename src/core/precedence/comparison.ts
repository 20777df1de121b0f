/** One reason to stand above another route. */
export interface Criterion<Of> {
  readonly name: string;
  /** The higher rank stands above. */
  readonly rank: (of: Of) => number;
}

export interface Comparison {
  /** Above 0: the first stands above; below 0: the second; 0: equal. */
  readonly sign: number;
  /** Name of the criterion; `undefined` between equals. */
  readonly decidedBy: string | undefined;
}

/** The first criterion on which the two differ decides. */
export function compareBy<Of>(list: readonly Criterion<Of>[], a: Of, b: Of): Comparison {
  for (const { name, rank } of list) {
    const [left, right] = [rank(a), rank(b)];
    if (left !== right) return { sign: left > right ? 1 : -1, decidedBy: name };
  }
  return equal;
}

export const equal: Comparison = { sign: 0, decidedBy: undefined };
