// Desired against observed, as ordered work: pairs objects by kind and id, compares them the way the gateway stores
// them, keeps our hands off what is not ours, guards against mass deletion and puts every step after what it waits for.
// Describes work and does none; same input, same plan.
export { changesOn } from "./changes.ts";
export { type Agreement, agreementAfter, driftIn, driftOf, withDrift } from "./drift.ts";
export { keptVersions } from "./kept.ts";
export { type Ledger, makeLedger } from "./ledger.ts";
export type { PlanOptions, RouteChange } from "./options.ts";
export { withPolicy } from "./policy.ts";
export { planChanges } from "./plan.ts";
export { bidPlan, claimPlan, claimStanding, firstBidder, hasBid, ownedMetadata, withdrawalPlan } from "./claim.ts";
export { type Blame, blamedFor, firstFaultIn, itemAtFault } from "./blame.ts";
export { digestOf, documentAfter, nextVersion } from "./document.ts";
export {
  type HeldByInstance,
  type StandingDocument,
  documentAbove,
  documentWith,
  jointDocument,
} from "./joint-document.ts";
export {
  type LeftOut,
  type Ownership,
  type RefusedItem,
  isSameItem,
  refusalsAmong,
  refusedItemsIn,
  standsIn,
} from "./left-out.ts";
export { missingIn, strandedWords, waiting } from "./missing.ts";
export { type Newcomer, documentPlus, newcomersIn } from "./newcomers.ts";
export { type Share, shareOf } from "./share.ts";
