import type { Json, JsonObject } from "./json.ts";
import type { Secret } from "./secret.ts";

/** One key of a Secret or ConfigMap. */
export interface SourceRef {
  readonly kind: "Secret" | "ConfigMap";
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** What is known of a Secret or ConfigMap: its values by key. `message` says why it could not be read. */
export type SourceState =
  | { readonly kind: "read"; readonly values: ReadonlyMap<string, Secret> }
  | { readonly kind: "absent" }
  | { readonly kind: "unread"; readonly message: string };

/** By `sourceKeyOf`. */
export type Sources = ReadonlyMap<string, SourceState>;

/** `Secret/shop/tls`: the whole of it, whatever the key. */
export function sourceKeyOf({ kind, namespace, name }: Omit<SourceRef, "key">): string {
  return `${kind}/${namespace}/${name}`;
}

/** `Secret/shop/tls/tls.crt`: one value of it. */
export function valueKeyOf(ref: SourceRef): string {
  return `${sourceKeyOf(ref)}/${ref.key}`;
}

/** Where a value out of a Secret belongs in a body. In the body itself stands `hiddenText`. */
export interface SecretPlace {
  readonly path: readonly string[];
  readonly value: Secret;
}

export const hiddenText = "[from a Secret]";

/** The body with its secret values, fit for the wire and for a comparison and for nothing else. */
export function revealed<Body extends object>(body: Body, secrets: readonly SecretPlace[] | undefined): Body {
  return (secrets ?? []).reduce<Body>((filled, { path, value }) => withValueAt(filled, path, value.reveal()), body);
}

/** An object with one value replaced; what leads there is made where it is missing. */
export function withValueAt<Body extends object>(body: Body, path: readonly string[], value: Json): Body {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bodies are JSON
  return replaced(body as unknown as JsonObject, path, value) as unknown as Body;
}

function replaced(object: JsonObject, [step = "", ...rest]: readonly string[], value: Json): JsonObject {
  if (rest.length === 0) return { ...object, [step]: value };
  const inner = object[step];
  const below = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as JsonObject) : {}; // no list
  return { ...object, [step]: replaced(below, rest, value) };
}
