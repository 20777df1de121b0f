import { type Labels, type ResourceRef, managedByValue, originLabelOf, ownerLabels } from "../model/index.ts";

/** The author's labels under ours: ours can't be overwritten, they say whose the object is. */
export function labelsOf(own: Labels | undefined, instance: string, origin: ResourceRef): Record<string, string> {
  return {
    ...own,
    [ownerLabels.managedBy]: managedByValue,
    [ownerLabels.instance]: instance,
    [ownerLabels.origin]: originLabelOf(origin),
  };
}
