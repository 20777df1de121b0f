import type { AdminRoute } from "../model/index.ts";
import { addressesOverlap, addressSetOf, type AddressSet } from "./addresses.ts";
import { type Conditions, conditionsOf, constantsAgree } from "./conditions.ts";

/** What a request must bring beside host and path. Routes with equal texts share one guard. */
export interface Guard {
  readonly index: number;
  /** The same for guards that differ in the values of their constants alone. */
  readonly shape: number;
  /** `undefined`: any method. */
  readonly methods: ReadonlySet<string> | undefined;
  /** `undefined`: any address, or a list that nothing can be proven about. */
  readonly addresses: AddressSet | undefined;
  /** As many addresses as are named; infinite for any. */
  readonly addressCount: number;
  readonly conditions: Conditions;
  readonly hasFilter: boolean;
}

/** Makes guards, the same for the same text. */
export function guardMaker(): (route: AdminRoute) => Guard {
  const known = new Map<string, Guard>();
  const shapes = new Map<string, number>();
  return (route) => {
    const addresses = addressesOf(route);
    const text = textOf(route, addresses);
    const before = known.get(text);
    if (before !== undefined) return before;
    const guard = guardOf(known.size, route, addresses, shapes);
    known.set(text, guard);
    return guard;
  };
}

/** The same for what is written the same; most routes demand nothing here or methods alone. */
function textOf({ methods, vars, filter_func }: AdminRoute, addresses: readonly string[] | undefined): string {
  if (!(addresses || vars || filter_func)) return methods ? methods.toSorted().join() : "";
  return JSON.stringify([methods?.toSorted(), addresses?.toSorted(), vars, filter_func !== undefined]);
}

/** As the route names them; `undefined`: any. */
export function addressesOf(route: AdminRoute): readonly string[] | undefined {
  return route.remote_addrs ?? (route.remote_addr === undefined ? undefined : [route.remote_addr]);
}

function guardOf(
  index: number,
  route: AdminRoute,
  texts: readonly string[] | undefined,
  shapes: Map<string, number>,
): Guard {
  const conditions = conditionsOf(route.vars);
  const types = [...conditions.constants].map(([name, { type }]) => `${name} ${type}`).sort();
  const text = JSON.stringify([route.methods?.toSorted(), texts?.toSorted(), types]);
  const shape = shapes.get(text) ?? shapes.size;
  shapes.set(text, shape);
  const addresses = texts === undefined ? undefined : addressSetOf(texts);
  return {
    index,
    shape,
    methods: route.methods === undefined || route.methods.length === 0 ? undefined : new Set(route.methods),
    addresses,
    addressCount: texts === undefined ? Infinity : (addresses?.size ?? texts.length),
    conditions,
    hasFilter: route.filter_func !== undefined,
  };
}

/** Whether one request can satisfy both, as far as can be told: only a proof of the opposite says no. */
export function guardsOverlap(a: Guard, b: Guard): boolean {
  return methodsOverlap(a, b) && addressOverlap(a, b) && conditionsOverlap(a.conditions, b.conditions);
}

export function methodsOverlap(a: Guard, b: Guard): boolean {
  return a.methods === undefined || b.methods === undefined || !a.methods.isDisjointFrom(b.methods);
}

function addressOverlap(a: Guard, b: Guard): boolean {
  return a.addresses === undefined || b.addresses === undefined || addressesOverlap(a.addresses, b.addresses);
}

function conditionsOverlap(a: Conditions, b: Conditions): boolean {
  const [few, many] = a.constants.size <= b.constants.size ? [a, b] : [b, a];
  for (const [name, constant] of few.constants) {
    const other = many.constants.get(name);
    if (other !== undefined && !constantsAgree(constant, other)) return false;
  }
  return true;
}
