import {
  type AdminId,
  type AnyDesired,
  type Desired,
  type Diagnostic,
  type HeldObject,
  type Observed,
  desiredOf,
  everyDesired,
  everyObserved,
  formatPath,
  keyOf,
  nameOf,
} from "../model/index.ts";
import type { Settled } from "./claims.ts";

/**
 * Holds what became of these resources (by `keyOf`), and what refers to such an object that is not on the gateway yet: that
 * is told.
 */
export function heldBack(desired: Desired, origins: ReadonlySet<string>, observed: Observed): Settled {
  const objects = everyDesired(desired);
  const stranded = strandedBy(origins, objects, observed);
  const lost = new Set([...origins, ...stranded.map(({ object }) => keyOf(object))]);
  const isLost = ({ origin }: AnyDesired) => lost.has(keyOf(origin));
  const held = objects.filter(isLost).map(({ kind, id, origin }): HeldObject => ({ kind, id, origin }));
  return {
    desired: desiredOf(
      objects.filter((object) => !isLost(object)),
      [...desired.held, ...held],
    ),
    problems: stranded,
  };
}

/** What refers to a lost object that the gateway does not have in an earlier version either, however indirectly. */
function strandedBy(
  lost: ReadonlySet<string>,
  objects: readonly AnyDesired[],
  observed: Observed,
): readonly Diagnostic[] {
  const standing = new Set(everyObserved(observed).map(({ kind, id }) => keyAt(kind, id)));
  const missing = new Map<string, AnyDesired>();
  for (const object of objects)
    if (lost.has(keyOf(object.origin)) && !standing.has(keyAt(object.kind, object.id)))
      missing.set(keyAt(object.kind, object.id), object);
  const stranded = new Map<string, Diagnostic>();
  // Until nothing is added: references go a few steps deep at most.
  for (let before = -1; before !== stranded.size;) {
    before = stranded.size;
    for (const { kind, id, origin, references } of objects) {
      if (lost.has(keyOf(origin)) || stranded.has(keyOf(origin))) continue;
      const target = references.map((reference) => missing.get(keyAt(reference.kind, reference.id))).find(Boolean);
      if (target === undefined) continue;
      stranded.set(keyOf(origin), notYetThere({ origin }, target));
      if (!standing.has(keyAt(kind, id))) missing.set(keyAt(kind, id), target);
    }
  }
  return [...stranded.values()];
}

function notYetThere({ origin }: Pick<AnyDesired, "origin">, target: AnyDesired): Diagnostic {
  return {
    code: "ReferenceNotFound",
    severity: "error",
    object: origin,
    field: formatPath(["spec"]),
    message: `${nameOf(target.origin)} can't be written as it stands, and the gateway has no earlier version of it.`,
    why: "The gateway refuses an object that refers to one that it does not have.",
    fix: "See its status.",
    related: [{ ref: target.origin }],
  };
}

function keyAt(kind: string, id: AdminId | string): string {
  return `${kind}/${id}`;
}
