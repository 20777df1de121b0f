import type { PassOptions } from "../../../../src/shells/controller/index.ts";

/** A pass of the operator of this cluster, that nothing holds back. */
export function passOptions(): PassOptions {
  return { holder: "here", signal: AbortSignal.timeout(60_000), mayWrite: () => true };
}
