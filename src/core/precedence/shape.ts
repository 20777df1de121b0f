import { addressesOverlap } from "./addresses.ts";
import { type Guard, methodsOverlap } from "./guard.ts";
import { type PathEntry, pathsOverlap } from "./paths.ts";
import { remember } from "./remember.ts";
import { tonumber } from "../matcher/index.ts";

/**
 * What two registrations must agree on, apart from the values of `==`. Registrations of one shape differ in those values
 * alone, so that whole groups of them can be ruled out, or found by their values, at once.
 */
export interface Shape {
  readonly index: number;
  readonly path: PathEntry;
  /** Of the host; as in HostEntry. */
  readonly port: string | undefined;
  /** One guard of this shape: methods, addresses, and which variables have constants of which type. */
  readonly guard: Guard;
}

/** Values that registrations of two shapes must share to contest; none: they all do. */
export interface Agreement {
  readonly name: string;
  readonly on: readonly { readonly variable: string; readonly as: "text" | "number" | "boolean" }[];
}

/** Interns shapes and remembers how they agree. */
export interface Shapes {
  readonly shapeOf: (path: PathEntry, guard: Guard, port: string | undefined) => Shape;
  /** `undefined`: nothing of the one contests with anything of the other. */
  readonly agreementOf: (a: Shape, b: Shape) => Agreement | undefined;
  /** The guard's values for an agreement, as one text; `undefined` where no value equals them. */
  readonly valuesOf: (guard: Guard, agreement: Agreement) => string | undefined;
}

export function makeShapes(): Shapes {
  let size = 0;
  /** By language, then by the rest. */
  const shapes = new Map<string, Map<string | number, Shape>>();
  const agreements = new Map<number, Map<number, Agreement | null>>();
  const values = new Map<string, Map<number, string | undefined>>();
  return {
    shapeOf: (path, guard, port) => {
      const ofLanguage = remember(shapes, path.language, () => new Map());
      const rest = port === undefined ? guard.shape : `${guard.shape} ${port}`;
      return remember(ofLanguage, rest, () => ({ index: size++, path, port, guard }));
    },
    agreementOf: (a, b) => {
      let known = agreements.get(a.index);
      if (known === undefined) agreements.set(a.index, (known = new Map()));
      let agreement = known.get(b.index);
      if (agreement === undefined) known.set(b.index, (agreement = agreementBetween(a, b) ?? null));
      return agreement ?? undefined;
    },
    valuesOf: (guard, agreement) => {
      let known = values.get(agreement.name);
      if (known === undefined) values.set(agreement.name, (known = new Map()));
      if (!known.has(guard.index)) known.set(guard.index, valuesText(guard, agreement));
      return known.get(guard.index);
    },
  };
}

function agreementBetween(a: Shape, b: Shape): Agreement | undefined {
  if (a.port !== undefined && b.port !== undefined && a.port !== b.port) return undefined;
  if (!methodsOverlap(a.guard, b.guard)) return undefined;
  const [mine, theirs] = [a.guard.addresses, b.guard.addresses];
  if (mine !== undefined && theirs !== undefined && !addressesOverlap(mine, theirs)) return undefined;
  if (!pathsOverlap(a.path, b.path)) return undefined;
  const on: { readonly variable: string; readonly as: "text" | "number" | "boolean" }[] = [];
  const [few, many] = [a.guard.conditions.constants, b.guard.conditions.constants];
  for (const [variable, { type }] of few) {
    const other = many.get(variable)?.type;
    if (other === undefined) continue;
    // Text and number may be equal by the number. Of other types that differ none has one, so that no values agree.
    const as = type === other ? type : "number";
    if (as !== "absent") on.push({ variable, as });
  }
  on.sort((x, y) => (x.variable < y.variable ? -1 : 1));
  return { name: JSON.stringify(on.map(({ variable, as }) => [variable, as])), on };
}

function valuesText({ conditions }: Guard, { on }: Agreement): string | undefined {
  const parts: (string | number | boolean)[] = [];
  for (const { variable, as } of on) {
    const constant = conditions.constants.get(variable);
    if (constant === undefined || constant.type === "absent") return undefined;
    const value = as === "number" ? tonumber(constant.value) : constant.value;
    if (value === undefined) return undefined;
    parts.push(value);
  }
  return JSON.stringify(parts);
}
