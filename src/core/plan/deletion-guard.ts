import { type ObservedObject, type Refusal, annotations } from "../model/index.ts";
import type { PlanOptions } from "./options.ts";

/**
 * Lets deletions pass while they are few: more than a fifth of our objects at once (and more than ten) looks like a
 * list that came back short, and then none is deleted until a person approves. `ours`: how many there are.
 */
export function guardDeletions(
  leaving: readonly ObservedObject[],
  ours: number,
  { maxDeletes, approvedDeletions }: PlanOptions,
): { readonly deletions: readonly ObservedObject[]; readonly stopped: readonly Refusal[] } {
  const allowed = maxDeletes ?? Math.max(10, Math.floor(ours / 5));
  if (leaving.length <= allowed || leaving.length <= (approvedDeletions ?? 0))
    return { deletions: leaving, stopped: [] };
  const message =
    `This would delete ${leaving.length} of the ${ours} objects on the gateway that are ours; without approval at ` +
    `most ${allowed} are deleted at once, so none was. If it is meant, put the annotation ` +
    `${annotations.approveDeletion}: "${leaving.length}" on the ApisixGateway until it is done, or raise spec.guards.maxDeletes.`;
  return { deletions: [], stopped: [{ code: "DeletionGuard", message }] };
}
