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
import { untoldOf } from "./untold.ts";

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
  return (object, standing) =>
    changedPaths({
      desired: jsonOf(revealed(object.body, object.secrets)),
      observed: jsonOf(standing.value),
      defaults: object.kind === "plugin_metadata" ? metadataDefaultsOf(object.id, learned) : defaultsFor(object.kind),
      isUntold: untoldOf(object, learned),
    });
}

function jsonOf(body: AdminBodies[AdminKind]): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bodies are JSON: the interfaces only name fields
  return body as unknown as JsonObject;
}
