import { type Diagnostic, keyOf } from "../model/index.ts";
import type { Facts } from "./facts.ts";
import { rules } from "./rules/index.ts";
import { sceneOf } from "./scene.ts";

/** Every finding of every rule, by object, then code, then field, then message. Throws nothing. */
export function diagnose(facts: Facts): readonly Diagnostic[] {
  const scene = sceneOf(facts);
  return [...facts.problems, ...rules.flatMap(({ find }) => find(scene))].sort(compareDiagnostics);
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(keyOf(a.object), keyOf(b.object)) ||
    compareText(a.code, b.code) ||
    compareText(a.field ?? "", b.field ?? "") ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
