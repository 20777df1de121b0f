import { compileVars } from "../../../core/matcher/index.ts";
import type { Mutable } from "../schema/lua.ts";
import { Breakdown } from "./answer.ts";

/**
 * What is wrong with the conditions of `vars` or of a plugin's filter when they are written; `undefined`: nothing.
 * Throws `Breakdown` where the real check raises an error instead of giving one.
 */
export function expressionFault(rule: Mutable): string | undefined {
  const compiled = compileVars(rule);
  if (compiled.kind !== "invalid") return undefined;
  if (compiled.isServerError) throw new Breakdown(compiled.problem);
  return compiled.problem;
}
