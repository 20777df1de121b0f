import type { PriorityFinding } from "../model/index.ts";

/** Pairs of which each is more specific than the other somewhere, both ways round. */
export function knotsIn(findings: readonly PriorityFinding[]): ReadonlySet<string> {
  return new Set(
    findings.flatMap((finding) =>
      finding.code === "ContradictoryOrder"
        ? finding.others.flatMap((other) => [pairOf(finding.id, other), pairOf(other, finding.id)])
        : [],
    ),
  );
}

/** Two ids as one key. */
export function pairOf(a: string, b: string): string {
  return `${a} ${b}`;
}
