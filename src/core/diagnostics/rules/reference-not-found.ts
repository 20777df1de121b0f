import type { Diagnostic } from "../../model/index.ts";
import type { Facts } from "../facts.ts";

/** References that could not be followed, as the resolver found them. */
export function referenceNotFound({ resolved }: Facts): readonly Diagnostic[] {
  return [...resolved.services, ...resolved.routes].flatMap(({ problems }) => problems);
}
