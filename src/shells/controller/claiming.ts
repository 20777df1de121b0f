import type { ApisixFailure, Claim, ObservedObject, Plan } from "../../core/model/index.ts";
import { bidPlan, claimPlan, claimStanding, firstBidder, hasBid, withdrawalPlan } from "../../core/plan/index.ts";
import type { GatewaySession } from "./gateway-session.ts";

/** `taken`: by whom, as far as that can be said. `failed`: the gateway did not take what we wrote. */
export type Claimed =
  | { readonly kind: "held" }
  | { readonly kind: "taken"; readonly holder: string | undefined }
  | { readonly kind: "failed"; readonly failure: ApisixFailure; readonly message: string };

export interface ClaimingOptions {
  readonly signal: AbortSignal;
  readonly mayWrite: () => boolean;
  /** Whether a claim of this holder may be overwritten. */
  readonly mayTakeFrom: (holder: string | undefined) => boolean;
}

/**
 * Makes sure that this instance name on this gateway is ours, before anything else is written. Costs nothing where the
 * claim stands already. A free one is bid for first, since a PUT overwrites without a word: whoever's bid the gateway saw
 * first may write the claim, the others withdraw. Killed at any point it goes on where it was.
 */
export async function makeClaim(
  session: GatewaySession,
  upstreams: Upstreams,
  claim: Claim,
  options: ClaimingOptions,
): Promise<Claimed> {
  const standing = claimStanding(upstreams, claim);
  if (standing.kind === "held") return { kind: "held" };
  if (standing.kind === "free") return bid(session, claim, options);
  if (!options.mayTakeFrom(standing.holder))
    return hasBid(upstreams, claim) ? withdraw(session, claim, standing, options) : standing;
  return (await failureOf(session, claimPlan(claim, upstreams), options)) ?? { kind: "held" };
}

type Upstreams = readonly ObservedObject<"upstreams">[];

async function bid(session: GatewaySession, claim: Claim, options: ClaimingOptions): Promise<Claimed> {
  const failed = await failureOf(session, bidPlan(claim), options);
  if (failed !== undefined) return failed;
  const upstreams = await session.client.list("upstreams", options.signal);
  const standing = claimStanding(upstreams, claim);
  const holder = "holder" in standing ? standing.holder : firstBidder(upstreams, claim);
  const isOurs = standing.kind === "held" || (standing.kind === "free" && holder === claim.holder);
  if (isOurs || options.mayTakeFrom(holder))
    return (await failureOf(session, claimPlan(claim, upstreams), options)) ?? standingOf(session, claim, options);
  session.invalidate(); // somebody else is at work there
  return withdraw(session, claim, { kind: "taken", holder }, options);
}

/** Leaves no bid behind, which would count once the claim is free again. */
async function withdraw(
  session: GatewaySession,
  claim: Claim,
  standing: Claimed,
  options: ClaimingOptions,
): Promise<Claimed> {
  return (await failureOf(session, withdrawalPlan(claim), options)) ?? standing;
}

/** With etcd what was written stands. Without, a push that another one meets on the way may be acknowledged and lost. */
async function standingOf(session: GatewaySession, claim: Claim, { signal }: ClaimingOptions): Promise<Claimed> {
  if (session.client.standing?.().mode === "etcd") return { kind: "held" };
  const standing = claimStanding(await session.client.list("upstreams", signal), claim);
  if (standing.kind === "held") return standing;
  session.invalidate();
  return { kind: "failed", failure: "conflict", message: "another operator claims the same name at this moment" };
}

/** Carries the plan out; what it came to where that was not success. */
async function failureOf(
  session: GatewaySession,
  plan: Plan,
  options: ClaimingOptions,
): Promise<Extract<Claimed, { kind: "failed" }> | undefined> {
  const { steps } = await session.apply(plan, options);
  for (const outcome of steps) {
    if (outcome.state === "failed") return { kind: "failed", failure: outcome.failure, message: outcome.message };
    if (outcome.state === "skipped") return { kind: "failed", failure: "unreachable", message: outcome.because };
  }
  return undefined;
}
