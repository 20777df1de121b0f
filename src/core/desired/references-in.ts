import {
  type AttachedManifest,
  type JsonObject,
  type ResourceRef,
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
  return referenceFieldsOf(kind).flatMap(([field, targetKind]) => {
    const reference = field.split(".").reduce<unknown>((at, step) => (isJsonObject(at) ? at[step] : undefined), spec);
    const name = isJsonObject(reference) ? reference["name"] : undefined;
    return typeof name === "string" ? [{ field, target: { kind: targetKind, namespace, name } }] : [];
  });
}

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
