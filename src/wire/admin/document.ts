import {
  type Decoded,
  type DocumentFault,
  type GatewayDocument,
  type Json,
  type JsonObject,
  type ObservedObject,
  adminKinds,
  documentLists,
  documentOf,
  isJsonObject,
  itemIdOf,
  listOfKind,
} from "../../core/model/index.ts";
import { listOf } from "./list-of.ts";
import { readValue } from "./value.ts";

/**
 * Decodes the answer to a read of the whole configuration: lists of items and their versions. What stands beside them
 * (the digest, a list that this program has never heard of) is not ours to send back, for the gateway refuses or drops it.
 * Source: apache/apisix 3.18, apisix/admin/standalone.lua, get().
 */
export function decodeDocument(answer: unknown): Decoded<GatewayDocument> {
  if (!isJsonObject(answer)) return problem("", "not an object");
  // Even before the first push a gateway tells its versions; without one it is JSON of something else.
  if (!documentLists.some((list) => `${list}_conf_version` in answer)) return problem("", "no version of any list");
  for (const list of documentLists) {
    const items = listOf(answer[list] ?? []);
    if (items === undefined || !items.every(isJsonObject)) return problem(list, "not a list of objects");
    if (typeof (answer[`${list}_conf_version`] ?? 0) !== "number") return problem(`${list}_conf_version`, "no number");
  }
  return {
    ok: true,
    value: documentOf((list) => ({
      version: Number(answer[`${list}_conf_version`] ?? 0),
      items: (listOf(answer[list] ?? []) ?? []).filter(isJsonObject),
    })),
  };
}

/** When the configuration was last pushed, in Unix seconds; 0 where the gateway does not say. */
export function pushTimeIn(answer: unknown): number {
  const time = isJsonObject(answer) ? Number(answer["X-Last-Modified"] ?? 0) : 0;
  return Number.isFinite(time) ? time : 0;
}

/** The body of a push. Every list is in it, for a list that is missing is a list that is cleared. */
export function encodeDocument(document: GatewayDocument): string {
  const entries = documentLists.flatMap((list): [string, Json][] => {
    const { version, items } = document[list];
    return [
      [list, items],
      [`${list}_conf_version`, version],
    ];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

/**
 * The items of a document as the objects of a gateway; what came first in its list counts as made first. One without a name is
 * nobody's, and known by its place.
 */
export function observedIn(document: GatewayDocument): readonly ObservedObject[] {
  return adminKinds.flatMap((kind) => {
    const list = listOfKind(kind);
    if (list === undefined) return [];
    const { version, items } = document[list];
    return items.flatMap((item, index): ObservedObject[] => {
      const id = itemIdOf(item) ?? `arr_${index + 1}`;
      if (list === "consumers" && id.includes("/credentials/") !== (kind === "credentials")) return [];
      const { modifiedIndex, ...value } = item;
      const revision = typeof modifiedIndex === "number" ? modifiedIndex : version; // no such thing as etcd's
      return [{ kind, id, value: readValue(kind, value), createdIndex: index, modifiedIndex: revision }];
    });
  });
}

function problem(path: string, message: string): Decoded<GatewayDocument> {
  return { ok: false, problems: [{ path, message }] };
}

/** The faults in the answer of a validation; `undefined` where it is none. */
export function decodeFaults(answer: unknown): readonly DocumentFault[] | undefined {
  const errors = isJsonObject(answer) ? answer["errors"] : undefined;
  if (!Array.isArray(errors)) return undefined;
  return errors.filter(isJsonObject).map((error: JsonObject) => ({
    list: textIn(error, "resource_type") ?? "",
    index: typeof error["index"] === "number" ? error["index"] : undefined,
    id: textIn(error, "resource_id"),
    error: textIn(error, "error") ?? "",
  }));
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
