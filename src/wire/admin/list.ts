import {
  type AdminKind,
  type Decoded,
  type Json,
  type ObservedObject,
  compareIds,
  isJsonObject,
} from "../../core/model/index.ts";
import { folderOf, segmentsOf } from "./address.ts";
import { listOf } from "./list-of.ts";
import { readValue } from "./value.ts";

/**
 * Decodes the list of one kind, `{total, list: [{key, value, createdIndex, modifiedIndex}]}`, in the order of the ids.
 * An empty `list` may be `{}`. A list that does not hold as many objects as it says is a problem: what is missing from
 * it must not look deleted. Source: apache/apisix 3.18, apisix/admin/v3_adapter.lua, filter().
 */
export function decodeList<Kind extends AdminKind>(
  kind: Kind,
  answer: unknown,
): Decoded<readonly ObservedObject<Kind>[]> {
  if (!isJsonObject(answer)) return problem("", "not an object");
  const list = listOf(answer["list"]);
  if (list === undefined) return problem("list", "not a list");
  const total = Number(answer["total"] ?? Number.NaN);
  if (total !== list.length) return problem("total", `says ${total}, but ${list.length} objects are listed`);

  const objects: ObservedObject<Kind>[] = [];
  for (const [index, item] of list.entries()) {
    const id = isJsonObject(item) ? idOf(kind, item["key"]) : undefined;
    if (!isJsonObject(item) || id === undefined) return problem(`list[${index}].key`, `not the key of one of ${kind}`);
    objects.push({
      kind,
      id,
      value: readValue(kind, item["value"]),
      createdIndex: indexOf(item["createdIndex"]),
      modifiedIndex: indexOf(item["modifiedIndex"]),
    });
  }
  return { ok: true, value: objects.sort(compareIds) };
}

/** `/apisix/routes/shop.cart_route` → `shop.cart_route`, whatever the gateway's prefix. */
function idOf(kind: AdminKind, key: Json | undefined): string | undefined {
  if (typeof key !== "string") return undefined;
  const parts = key.split("/");
  const id = parts.slice(-segmentsOf(kind)).join("/");
  return parts.at(-segmentsOf(kind) - 1) === folderOf(kind) && !id.startsWith("/") && !id.endsWith("/") && id !== ""
    ? id
    : undefined;
}

function indexOf(value: Json | undefined): number {
  const index = Number(value ?? 0);
  return Number.isFinite(index) ? index : 0;
}

function problem(
  path: string,
  message: string,
): { readonly ok: false; readonly problems: readonly { path: string; message: string }[] } {
  return { ok: false, problems: [{ path, message }] };
}
