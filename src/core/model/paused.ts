import { annotations } from "./names.ts";
import type { ObjectMeta } from "./resources.ts";

/** Its author wants hands off: any value of the annotation says so but `false`. */
export function isPaused({ meta }: { readonly meta: Pick<ObjectMeta, "annotations"> }): boolean {
  const value = meta.annotations[annotations.pause];
  return value !== undefined && value !== "false";
}
