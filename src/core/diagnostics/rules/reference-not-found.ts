import { type Diagnostic, everyResolved } from "../../model/index.ts";
import type { Facts } from "../facts.ts";

/** References that could not be followed, as the resolver found them. */
export function referenceNotFound({ resolved }: Facts): readonly Diagnostic[] {
  return everyResolved(resolved).flatMap(({ problems }) => problems);
}
