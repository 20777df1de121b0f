import {
  type AdminBodies,
  type AdminKind,
  type DesiredObject,
  type FieldDefaults,
  type JsonObject,
  type Learned,
  type ObservedObject,
  revealed,
} from "../model/index.ts";
import { changedPaths } from "./compare.ts";
import { defaultsOf, metadataDefaultsOf } from "./defaults.ts";
import { type Untold, untoldOf } from "./untold.ts";

/** The dotted paths of what a PUT of the object would change on the gateway. */
export type ChangesOf = (
  object: Pick<DesiredObject, "kind" | "id" | "body" | "secrets">,
  standing: Pick<ObservedObject, "value">,
) => readonly string[];

/** Compares by what was learned of a gateway. */
export function changesOn(learned: Learned): ChangesOf {
  const byKind = new Map<AdminKind, FieldDefaults | undefined>();
  const defaultsFor = (kind: AdminKind) => {
    if (!byKind.has(kind)) byKind.set(kind, defaultsOf(kind, learned));
    return byKind.get(kind);
  };
  const untoldByKind = new Map<AdminKind, Untold>();
  const untoldIn = (object: Parameters<typeof untoldOf>[0]) => {
    if (object.kind === "plugin_metadata") return untoldOf(object, learned); // hangs on the plugin, too
    const known = untoldByKind.get(object.kind) ?? untoldOf(object, learned);
    untoldByKind.set(object.kind, known);
    return known;
  };
  return (object, standing) =>
    changedPaths({
      desired: jsonOf(revealed(object.body, object.secrets)),
      observed: jsonOf(standing.value),
      defaults: object.kind === "plugin_metadata" ? metadataDefaultsOf(object.id, learned) : defaultsFor(object.kind),
      isUntold: untoldIn(object),
    });
}

function jsonOf(body: AdminBodies[AdminKind]): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bodies are JSON: the interfaces only name fields
  return body as unknown as JsonObject;
}
