import { type Comparison, equal } from "./comparison.ts";
import type { HostEntry } from "./hosts.ts";
import type { PathEntry } from "./paths.ts";

/**
 * How much a list of hosts or paths takes in: a number for each that no other of the same route covers, the broadest
 * first; the higher the narrower. Of two lists the first difference decides, and where one ends there, it is the
 * narrower. So a list that lies within another is never the broader one: `a.com, b.com` within `*.com, a.com` (where a.com
 * does not count) is narrower, though it counts more hosts.
 */
export type Breadth = readonly number[];

export function hostBreadthOf(uncovered: readonly HostEntry[]): Breadth {
  return uncovered.map(narrownessOfHost).sort((a, b) => a - b);
}

export function pathBreadthOf(uncovered: readonly PathEntry[]): Breadth {
  return uncovered.map(narrownessOfPath).sort((a, b) => a - b);
}

/** `what`: hosts or paths. */
export function compareBreadth(what: keyof typeof wordings, a: Breadth, b: Breadth): Comparison {
  if (a === b) return equal;
  let end = 0;
  while (end < a.length && a[end] === b[end]) end++;
  const [left, right] = [a[end] ?? Infinity, b[end] ?? Infinity];
  if (left === right) return equal;
  const sign = left > right ? 1 : -1;
  const isFewer = (a.length - b.length) * sign < 0;
  return { sign, decidedBy: wordings[what][isFewer ? "fewer" : "narrower"] };
}

const wordings = {
  hosts: { fewer: "fewer hosts", narrower: "narrower hosts" },
  paths: { fewer: "fewer paths", narrower: "narrower paths" },
} as const;

function narrownessOfHost({ kind, text, port }: HostEntry): number {
  // Of any host the text is empty.
  if (kind !== "exact") return text.length;
  return port === undefined ? 1000 : 1001;
}

function narrownessOfPath({ hasStar, isLiteral, literals, parameters }: PathEntry): number {
  if (isLiteral) return 2_000_000_000;
  return (hasStar ? 0 : 1_000_000_000) + literals * 1000 + Math.min(parameters, 999);
}
