import {
  type Claim,
  type ObservedObject,
  type Plan,
  type Step,
  bidIdOf,
  claimBody,
  claimIdOf,
  holderIn,
  ownerLabels,
} from "../model/index.ts";

type Upstreams = readonly ObservedObject<"upstreams">[];

/** How a claim stands: ours, still free, or another's (`undefined`: something that no operator made stands there). */
export type ClaimStanding =
  | { readonly kind: "held" }
  | { readonly kind: "free" }
  | { readonly kind: "taken"; readonly holder: string | undefined };

export function claimStanding(upstreams: Upstreams, claim: Claim): ClaimStanding {
  const id = claimIdOf(claim.instance);
  const standing = upstreams.find((upstream) => upstream.id === id);
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

/** Writes the bid of a holder. */
export function bidPlan(claim: Claim): Plan {
  return planOf({ verb: "create", kind: "upstreams", id: bidIdOf(claim), body: claimBody(claim) });
}

/** Writes the claim, and takes the bid away that led to it. */
export function claimPlan(claim: Claim, upstreams: Upstreams): Plan {
  const write = { verb: "update", kind: "upstreams", id: claimIdOf(claim.instance), body: claimBody(claim) } as const;
  const hasBid = upstreams.some(({ id }) => id === bidIdOf(claim));
  return hasBid ? planOf(write, withdrawal(claim)) : planOf(write);
}

/** Takes a bid away that came too late. */
export function withdrawalPlan(claim: Claim): Plan {
  return planOf(withdrawal(claim));
}

type Draft = Pick<Step, "verb" | "kind" | "id" | "body">;

function withdrawal(claim: Claim): Draft {
  return { verb: "delete", kind: "upstreams", id: bidIdOf(claim) };
}

/** One after the other. */
function planOf(...drafts: readonly Draft[]): Plan {
  const steps = drafts.map((draft, index) => ({
    ...draft,
    index,
    changed: [],
    waitsFor: index === 0 ? [] : [index - 1],
  }));
  return { steps, refusals: [] };
}
