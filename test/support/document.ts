import { type Json, type JsonObject, documentLists, isJsonObject, itemIdOf } from "../../src/core/model/index.ts";
import { decodeDocument } from "../../src/wire/admin/index.ts";

/** Where one instance of a gateway without etcd is. */
export interface Instance {
  readonly adminUrl: string;
  readonly key: string;
}

/** An item as a gateway with etcd would show it. */
export interface Entry {
  /** `/apisix/routes/a` */
  readonly key: string;
  readonly value: JsonObject;
  /** Its place in its list. */
  readonly createdIndex: number;
  /** 0 where its writer gave it none. */
  readonly modifiedIndex: number;
}

/** Every item of its configuration. What is in the document because it is a document stands beside the value. */
export async function entriesOf(instance: Instance): Promise<readonly Entry[]> {
  const decoded = decodeDocument(await read(instance));
  if (!decoded.ok) throw new Error("no configuration");
  const { value: document } = decoded;
  return documentLists.flatMap((list) =>
    document[list].items.map((item, createdIndex): Entry => {
      const { modifiedIndex = 0, ...value } = item;
      const key = `/apisix/${list}/${itemIdOf(item) ?? createdIndex}`;
      return { key, value, createdIndex, modifiedIndex: Number(modifiedIndex) };
    }),
  );
}

/** One call of the Admin API, by somebody else's hand, carried out on the document; the answer is that of a gateway with etcd. */
export async function adminOfDocument(
  instance: Instance,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const [kind = "", ...rest] = path.split("?")[0]?.split("/") ?? [];
  const list = documentLists.find((name) => name === kind);
  const id = rest.join("/");
  if (list === undefined) return Response.json({ error_msg: "no such list" }, { status: 404 });
  const entries = (await entriesOf(instance)).filter(({ key }) => key.startsWith(`/apisix/${list}/`));
  if (method === "GET" && id === "") return Response.json({ total: entries.length, list: entries });
  const standing = entries.find(({ key }) => key === `/apisix/${list}/${id}`);
  if (standing === undefined && method !== "PUT") return Response.json({ message: "Key not found" }, { status: 404 });
  if (method === "GET") return Response.json(standing);
  const next =
    method === "DELETE" ? undefined : itemAfter(method, list === "consumers" ? id : "", standing?.value, body);
  const named = next === undefined || list === "consumers" ? next : { id, ...next };
  const status = await push(instance, list, id, named);
  if (status !== 202) return Response.json({ error_msg: "refused" }, { status });
  const done = standing === undefined ? 201 : 200;
  return Response.json({ key: `/apisix/${list}/${id}`, value: named }, { status: done });
}

/** A consumer is known by its username, its credential by an id. */
function itemAfter(method: string, consumerId: string, standing: object | undefined, body: object = {}): JsonObject {
  const sent = JSON.parse(JSON.stringify(method === "PATCH" ? merged({ ...standing }, body) : body)) as JsonObject; // an object
  return consumerId.includes("/") ? { id: consumerId, ...sent } : sent;
}

/** RFC 7396. */
function merged(before: object, patch: object): object {
  const entries = Object.entries(patch).map(([field, value]: [string, Json]): [string, Json] => {
    const old = (before as JsonObject)[field]; // items are JSON
    return [field, isJsonObject(value) && isJsonObject(old) ? (merged(old, value) as JsonObject) : value];
  });
  return Object.fromEntries([...Object.entries(before), ...entries].filter(([, value]) => value !== null));
}

/** Replaces one item, or takes it away, and leaves all else as it stands, to the byte. */
async function push(instance: Instance, list: string, id: string, item: JsonObject | undefined): Promise<number> {
  const { "X-Digest": _digest, "X-Last-Modified": _time, ...document } = await read(instance);
  const version = `${list}_conf_version`;
  const standing = document[list];
  const items = (Array.isArray(standing) ? standing : []) as readonly JsonObject[]; // a list of items
  const at = items.findIndex((each) => itemIdOf(each) === id);
  const put = item === undefined ? [] : [item];
  const next = at === -1 ? [...items, ...put] : items.toSpliced(at, 1, ...put);
  const changed = { ...document, [list]: next, [version]: Math.max(Number(document[version] ?? 0) + 1, Date.now()) };
  return (await call(instance, "PUT", changed)).status;
}

async function read(instance: Instance): Promise<JsonObject> {
  return (await (await call(instance, "GET")).json()) as JsonObject; // the sandbox's own configuration
}

function call({ adminUrl, key }: Instance, method: string, body?: object): Promise<Response> {
  return fetch(`${adminUrl}/apisix/admin/configs`, {
    method,
    headers: { "x-api-key": key, "x-digest": `by-hand-${Math.random()}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
