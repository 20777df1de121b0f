import {
  type AttachedKind,
  type Desired,
  type Observed,
  type Resolved,
  everyAttached,
  idOfResource,
  isPaused,
  keyOf,
  refOf,
} from "../model/index.ts";
import type { Settled } from "./claims.ts";
import { instanceOf, isLive } from "./gateway.ts";
import { heldBack } from "./held-back.ts";
import { heldObject } from "./translate.ts";

/**
 * Holds what became of paused resources, those that are being deleted included: what the gateway has for them is neither
 * written, nor deleted, nor brought back.
 */
export function withoutPaused(desired: Desired, { snapshot }: Resolved, observed: Observed): Settled {
  const paused = [...everyAttached(snapshot), ...snapshot.invalid].filter(isPaused);
  if (paused.length === 0) return { desired, problems: [] };
  const kept = heldBack(desired, new Set(paused.map((object) => keyOf(refOf(object)))), observed);
  const instance = instanceOf(snapshot.gateway);
  const leaving = paused
    .filter((object) => !isLive(object))
    // What belongs to a gateway is of an attached kind.
    .map((object) =>
      heldObject({ ...refOf(object), kind: object.kind as AttachedKind }, instance, idOfResource(object, instance)),
    );
  return { ...kept, desired: { ...kept.desired, held: [...kept.desired.held, ...leaving] } };
}
