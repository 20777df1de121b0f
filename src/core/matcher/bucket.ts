import type { CompiledRoute } from "./route.ts";
import type { HostPattern } from "./host.ts";
import type { UriPattern } from "./uri-pattern.ts";
import type { RouterRules } from "./rules.ts";

/** One uri of one route at one host level: what the router tries. */
export interface Candidate {
  readonly owner: CompiledRoute;
  readonly pattern: UriPattern;
  /** Place of the uri among the route's uris. */
  readonly uriIndex: number;
  readonly level: HostPattern;
  /**
   * Demands nothing but the way to its bucket (up to the longest reach of a star), so that neither owner nor pattern need
   * be looked at: in a large table each look leaves the processor's caches.
   */
  readonly isPlain: boolean;
}

/** What put one candidate before another of its bucket. */
export type BucketRule = "priority" | "text length" | "load order";

/** Candidates of one path key at one host level, in the order in which they are tried. */
export type Bucket = Candidate[];

/** Puts a candidate in its place. Changes the bucket. */
export function insertCandidate(bucket: Bucket, candidate: Candidate, rules: RouterRules): void {
  let low = 0;
  let high = bucket.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = bucket[middle];
    if (other !== undefined && compareCandidates(other, candidate, rules) <= 0) low = middle + 1;
    else high = middle;
  }
  bucket.splice(low, 0, candidate);
}

/**
 * Higher priority, then longer uri text (since 3.9), then earlier in the worker's array.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, sort_route and insert_tab_in_order.
 */
export function compareCandidates(a: Candidate, b: Candidate, rules: RouterRules): number {
  return (
    b.owner.priority - a.owner.priority ||
    (rules.longerTextFirst ? b.pattern.textLength - a.pattern.textLength : 0) ||
    a.owner.position - b.owner.position ||
    a.uriIndex - b.uriIndex
  );
}

/** Which of these rules puts `winner` before `other`, both of one bucket. */
export function bucketRuleBetween(winner: Candidate, other: Candidate, rules: RouterRules): BucketRule {
  if (winner.owner.priority !== other.owner.priority) return "priority";
  return rules.longerTextFirst && winner.pattern.textLength !== other.pattern.textLength ? "text length" : "load order";
}
