import { isJsonObject, type Json } from "../../core/model/index.ts";
import { adminCall, type AdminDoor } from "./admin-call.ts";

/** Those that name others before those that are named. */
const removalOrder = [
  "global_rules",
  "routes",
  "stream_routes",
  "services",
  "upstreams",
  "plugin_configs",
  "consumers",
  "consumer_groups",
  "ssls",
  "protos",
  "secrets",
  "plugin_metadata",
] as const;

/** Deletes every object of the kinds, whoever uses it. */
export async function emptied(door: AdminDoor, kinds: readonly string[]): Promise<void> {
  for (const kind of removalOrder.filter((one) => kinds.includes(one))) {
    // oxlint-disable-next-line no-await-in-loop -- users before what they use
    for (const path of await pathsOf(door, kind)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that nothing is missed
      await adminCall(door, { method: "DELETE", path: `${path}?force=true`, key: door.key });
    }
  }
}

/** What a gateway holds: Admin paths of its objects, at most a few kinds' worth. */
export async function heldBy(door: AdminDoor): Promise<readonly string[]> {
  const lists = await Promise.all(removalOrder.map((kind) => pathsOf(door, kind)));
  return lists.flat();
}

async function pathsOf(door: AdminDoor, kind: string): Promise<readonly string[]> {
  const { text, status } = await adminCall(door, { method: "GET", path: `/apisix/admin/${kind}`, key: door.key });
  if (status === 401) throw new Error("the gateway does not take the admin key");
  if (status !== 200) return []; // a kind it does not have, or has switched off
  const body: unknown = JSON.parse(text);
  const list: Json = isJsonObject(body) ? (body["list"] ?? []) : [];
  const keys = (Array.isArray(list) ? list : []).flatMap((item) =>
    isJsonObject(item) && typeof item["key"] === "string" ? [item["key"]] : [],
  );
  // The prefix of the keys is the gateway's own affair.
  return keys.map((key) => `/apisix/admin/${key.slice(key.indexOf(`/${kind}/`) + 1)}`);
}
