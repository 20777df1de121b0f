import {
  type Claim,
  type Observed,
  type ObservedObject,
  type Owner,
  type Plan,
  type Step,
  bidIdOf,
  claimBody,
  claimIdOf,
  holderIn,
  metadataListIn,
  ownerLabels,
} from "../model/index.ts";
import type { Draft } from "./order.ts";

type Upstreams = readonly ObservedObject<"upstreams">[];

/** How a claim stands: ours, still free, or another's (`undefined`: something that no operator made stands there). */
export type ClaimStanding =
  | { readonly kind: "held" }
  | { readonly kind: "free" }
  | { readonly kind: "taken"; readonly holder: string | undefined };

export function claimStanding(upstreams: Upstreams, claim: Claim): ClaimStanding {
  const standing = standingAt(claimIdOf(claim.instance), upstreams);
  if (standing === undefined) return { kind: "free" };
  const holder = holderIn(standing.value);
  return holder === claim.holder ? { kind: "held" } : { kind: "taken", holder };
}

/**
 * Of all who bid for a free claim at once, the gateway's own count of revisions says who came first. `upstreams` must
 * have been read after our own bid was acknowledged: then of two bidders at least one sees the other's bid, and both
 * agree on the order.
 */
export function firstBidder(upstreams: Upstreams, { instance }: Claim): string | undefined {
  const bids = upstreams.filter(
    ({ id, value }) =>
      value.labels?.[ownerLabels.instance] === instance && id === bidIdOf({ instance, holder: holderIn(value) ?? "" }),
  );
  const first = bids.toSorted((a, b) => a.createdIndex - b.createdIndex)[0];
  return first && holderIn(first.value);
}

export function hasBid(upstreams: Upstreams, claim: Claim): boolean {
  return standingAt(bidIdOf(claim), upstreams) !== undefined;
}

/** Writes the bid of a holder. */
export function bidPlan(claim: Claim): Plan {
  return planOf({ verb: "create", kind: "upstreams", id: bidIdOf(claim), body: claimBody(claim) });
}

/** Writes the claim, and takes the bid away that led to it. What another's claim listed is ours from then on. */
export function claimPlan(claim: Claim, upstreams: Upstreams): Plan {
  const id = claimIdOf(claim.instance);
  const listed = metadataListIn(standingAt(id, upstreams)?.value ?? {});
  const write = { verb: "update", kind: "upstreams", id, body: claimBody(claim, listed) } as const;
  return hasBid(upstreams, claim) ? planOf(write, withdrawal(claim)) : planOf(write);
}

/** Takes a bid away that came too late. */
export function withdrawalPlan(claim: Claim): Plan {
  return planOf(withdrawal(claim));
}

/** The steps, and after them the end of a bid whose claim stands: who made it was killed before it could take it away. */
export function withWithdrawal(steps: readonly Step[], { upstreams }: Observed, { instance }: Owner): readonly Step[] {
  const claim = standingAt(claimIdOf(instance), upstreams);
  const holder = claim && holderIn(claim.value);
  if (holder === undefined || !hasBid(upstreams, { instance, holder })) return steps;
  const step = { ...withdrawal({ instance, holder }), index: steps.length, changed: [], waitsFor: [] };
  return [...steps, step];
}

type Request = Pick<Step, "verb" | "kind" | "id" | "body">;

function withdrawal(claim: Claim): Request {
  return { verb: "delete", kind: "upstreams", id: bidIdOf(claim) };
}

/** One after the other. */
function planOf(...requests: readonly Request[]): Plan {
  const steps = requests.map((request, index) => ({
    ...request,
    index,
    changed: [],
    waitsFor: index === 0 ? [] : [index - 1],
  }));
  return { steps, refusals: [] };
}

function standingAt(id: string, upstreams: Upstreams): ObservedObject<"upstreams"> | undefined {
  return upstreams.find((upstream) => upstream.id === id);
}

/** Plugins whose metadata are ours: the claim lists them, with a namespace that we see. */
export function ownedMetadata({ upstreams }: Observed, { instance, namespaces }: Owner): ReadonlySet<string> {
  const standing = standingAt(claimIdOf(instance), upstreams);
  const listed = standing === undefined ? [] : [...metadataListIn(standing.value)];
  return new Set(listed.flatMap(([plugin, namespace]) => (namespaces?.has(namespace) === false ? [] : [plugin])));
}

/**
 * Writes the claim anew where the list of metadata that are ours is another once `writes` are done. What leaves the gateway in
 * this plan is struck off by a later one, when it is gone: an object that is ours must be known as ours at any moment.
 */
export function claimUpdate(
  { upstreams, plugin_metadata }: Observed,
  { instance }: Owner,
  writes: readonly Draft[],
): Draft | undefined {
  const id = claimIdOf(instance);
  const standing = standingAt(id, upstreams);
  const holder = standing && holderIn(standing.value);
  if (standing === undefined || holder === undefined) return undefined;
  const listed = metadataListIn(standing.value);
  const there = new Set(plugin_metadata.map((object) => object.id));
  const made = writes.flatMap(({ kind, id: plugin, origin }): [string, string][] =>
    kind === "plugin_metadata" && origin !== undefined ? [[plugin, origin.namespace]] : [],
  );
  const kept = [...listed].filter(([plugin]) => there.has(plugin));
  const list = new Map([...kept, ...made].sort(([a], [b]) => (a < b ? -1 : 1)));
  const isSame = list.size === listed.size && [...list].every(([plugin, at]) => listed.get(plugin) === at);
  if (isSame) return undefined;
  const body = claimBody({ instance, holder }, list);
  return { verb: "update", kind: "upstreams", id, body, changed: ["labels"], references: [], standing };
}
