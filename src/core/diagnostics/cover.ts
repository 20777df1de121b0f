import type { AdminRoute } from "../model/index.ts";
import { type AddressSet, type Guard, type PathEntry, pathCovers } from "../precedence/index.ts";
import type { Conjunct, Leaf } from "./conjuncts.ts";
import { isList } from "./conjuncts.ts";
import { type Value } from "./witness/values.ts";

/** Whether every request path that `inner` takes is one that `outer` takes. False where that is not certain. */
export function pathIsWithin(inner: PathEntry, outer: PathEntry): boolean {
  return takesEveryPath(outer) || pathCovers(outer, inner);
}

/** `*` and `/*` alike: request paths begin with a slash. A star behind the key is a literal one (parameters). */
export function takesEveryPath({ uri, bucket }: PathEntry): boolean {
  return (bucket === "^" || bucket === "^/") && /^\/?\*[^/]*$/.test(uri);
}

/** Every client that `inner` lets in, `outer` lets in. */
export function addressesAreWithin(inner: Guard, outer: Guard): boolean {
  if (outer.addressCount === Infinity) return true;
  if (inner.addresses === undefined || outer.addresses === undefined) return false;
  const { ranges } = outer.addresses satisfies AddressSet;
  return inner.addresses.ranges.every((x) =>
    ranges.some((y) => x.bits === y.bits && y.first <= x.first && x.last <= y.last),
  );
}

/** Decides a condition on one variable for a given value; `undefined` where it can't tell. */
export type Evaluate = (conjunct: Conjunct, name: string, value: Value) => boolean | undefined;

/** Whether all of `wanted` hold in every request in which all of `given` hold. False where that is not certain. */
export function areImplied(wanted: readonly Conjunct[], given: readonly Conjunct[], evaluate: Evaluate): boolean {
  return wanted.every((conjunct) => isImplied(conjunct, given, evaluate));
}

function isImplied(wanted: Conjunct, given: readonly Conjunct[], evaluate: Evaluate): boolean {
  if (given.some(({ text }) => text === wanted.text)) return true;
  const names = new Set(wanted.leaves.map(({ name }) => name));
  const [name] = names;
  if (name === undefined || names.size > 1) return false;
  return given.some((conjunct) => {
    const values = onlyValues(conjunct, name, wanted);
    return values !== undefined && values.length > 0 && values.every((value) => evaluate(wanted, name, value) === true);
  });
}

/** The values that a condition leaves to a variable, where they are few and known; `name`: that variable, no other. */
function onlyValues(conjunct: Conjunct, name: string, wanted: Conjunct): readonly Value[] | undefined {
  const leaf = singleLeafOf(conjunct);
  if (leaf === undefined || leaf.name !== name) return undefined;
  const { operator, value } = leaf;
  if (leaf.isNegated) return undefined;
  if (operator === "in" && isList(value)) return value.every(isText) ? value : undefined;
  if (operator !== "==") return undefined;
  if (isText(value)) return [value];
  if (value === true) return [true];
  // Many texts are the number 1 ("1", "01", "1.0"); comparisons with numbers see no difference between them.
  if (typeof value === "number") return wanted.leaves.every(comparesNumbers) ? [String(value)] : undefined;
  return undefined;
}

function comparesNumbers({ operator, value }: Leaf): boolean {
  return [">", ">=", "<", "<=", "==", "~="].includes(operator) && typeof value === "number";
}

/** The comparison that a condition is, where it is just one. */
export function singleLeafOf({ expression, leaves }: Conjunct): Leaf | undefined {
  return leaves.length === 1 && typeof expression[0] === "string" && !/^!?(?:and|or)$/i.test(expression[0])
    ? leaves[0]
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Methods that reach the router; nginx itself answers TRACE and CONNECT with 405. */
export function routedMethods({ methods }: AdminRoute): readonly string[] | undefined {
  if (methods === undefined || methods.length === 0) return undefined;
  return methods.filter((method) => method !== "TRACE" && method !== "CONNECT");
}
