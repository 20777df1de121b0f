import type { Held } from "./world.ts";
import { isInvalid } from "../../wire/crd/index.ts";

/** The queue key of objects that belong to no gateway; no gateway is called this. */
export const unattachedKey = "";

/**
 * The queue keys that a changed object concerns: its gateway by name; where it names none, or where a gateway itself
 * changed, every gateway and the unattached, since any of them may gain or lose the object.
 */
export function keysOf(changed: readonly Held[], gateways: readonly string[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const object of changed) {
    const name = gatewayNameOf(object);
    if (object.kind === "ApisixGateway" || name === undefined) {
      for (const gateway of gateways) keys.add(gateway);
      if (object.kind === "ApisixGateway") keys.add(object.meta.name);
      keys.add(unattachedKey);
    } else keys.add(gateways.includes(name) ? name : unattachedKey);
  }
  return keys;
}

function gatewayNameOf(object: Held): string | undefined {
  if (isInvalid(object)) return object.gatewayRef?.name;
  return object.kind === "ApisixGateway" ? object.meta.name : object.spec.gatewayRef?.name;
}
