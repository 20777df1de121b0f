import {
  type AttachedKind,
  type AttachedManifest,
  type JsonObject,
  type ResourceRef,
  attachedKinds,
  isJsonObject,
  referenceFieldsOf,
} from "../model/index.ts";

/** What a resource names, and where: `field` as the table of kinds has it, below `spec`. */
export interface Reference {
  readonly field: string;
  readonly target: ResourceRef;
}

/** Every object that a resource names, in the order of the table. */
export function referencesIn({ kind, meta: { namespace }, spec }: AttachedManifest): readonly Reference[] {
  let found: readonly Reference[] = none;
  for (const { field, steps, targetKind } of fieldsOf.get(kind) ?? []) {
    let at: unknown = spec;
    for (const step of steps) at = isJsonObject(at) ? at[step] : undefined;
    const name = isJsonObject(at) ? at["name"] : undefined;
    if (typeof name !== "string") continue;
    const reference: Reference = { field, target: { kind: targetKind, namespace, name } };
    found = found.length === 0 ? [reference] : [...found, reference];
  }
  return found;
}

const none: readonly Reference[] = [];

interface Field {
  readonly field: string;
  readonly steps: readonly string[];
  readonly targetKind: AttachedKind;
}

const fieldsOf = new Map<AttachedKind, readonly Field[]>(
  attachedKinds.map((kind) => [
    kind,
    referenceFieldsOf(kind).map(([field, targetKind]) => ({ field, steps: field.split("."), targetKind })),
  ]),
);

/** The same resource as if it did not name anything in this field. */
export function withoutReference<Object extends AttachedManifest>(object: Object, field: string): Object {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- specs are JSON, and every reference may be left out
  const spec = without(object.spec as unknown as JsonObject, field.split("."));
  return { ...object, spec };
}

function without(object: JsonObject, [step = "", ...rest]: readonly string[]): JsonObject {
  const { [step]: inner, ...others } = object;
  return rest.length > 0 && isJsonObject(inner) ? { ...others, [step]: without(inner, rest) } : others;
}
