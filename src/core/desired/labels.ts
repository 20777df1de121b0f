import { type Labels, type ResourceRef, hash16, keyOf, managedByValue, ownerLabels } from "../model/index.ts";

const longestValue = 256; // apache/apisix 3.18, apisix/schema_def.lua, labels_def

/** The author's labels under ours: ours can't be overwritten, they say whose the object is. */
export function labelsOf(own: Labels | undefined, instance: string, origin: ResourceRef): Labels {
  return {
    ...own,
    [ownerLabels.managedBy]: managedByValue,
    [ownerLabels.instance]: instance,
    [ownerLabels.origin]: shorten(keyOf(origin)),
  };
}

/** Never longer than the gateway takes, and still unique. */
function shorten(value: string): string {
  if (value.length <= longestValue) return value;
  return `${value.slice(0, longestValue - 17)}.${hash16(value)}`;
}
