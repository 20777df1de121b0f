import { documentLists, itemIdOf, type JsonObject } from "../../../src/core/model/index.ts";
import { decodeDocument } from "../../../src/wire/admin/index.ts";
import type { Gateway } from "./gateway.ts";

/** The answer that a gateway with etcd would give, from one that has a whole configuration. */
export async function adminOfDocument(
  gateway: Gateway,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const [kind = "", ...rest] = path.split("?")[0]?.split("/") ?? [];
  const list = documentLists.find((name) => name === kind);
  const id = rest.join("/");
  if (list === undefined) return new Response(null, { status: 404 });
  const answer = await (await call(gateway, "GET")).json();
  const decoded = decodeDocument(answer);
  if (!decoded.ok) throw new Error("no configuration");
  const items = decoded.value[list].items;
  const standing = items.find((item) => itemIdOf(item) === id);
  if (method === "GET" && id === "")
    return Response.json({ total: items.length, list: items.map((value) => ({ key: `/apisix/${kind}/`, value })) });
  if (method === "GET")
    return Response.json({ value: standing ?? null }, { status: standing === undefined ? 404 : 200 });
  const others = items.filter((item) => item !== standing);
  const next = body === undefined ? others : [...others, { id, ...body }];
  const { "X-Digest": _digest, "X-Last-Modified": _time, ...document } = answer as JsonObject; // decoded above
  const versions = Object.fromEntries(
    Object.entries(document).filter(([, value]) => typeof value === "number"),
  ) as Readonly<Record<string, number>>; // filtered
  const changed = {
    ...document,
    [list]: next,
    [`${list}_conf_version`]: Math.max((versions[`${list}_conf_version`] ?? 0) + 1, Date.now()),
  };
  const pushed = await call(gateway, "PUT", changed);
  return pushed;
}

function call(gateway: Gateway, method: string, body?: object): Promise<Response> {
  return fetch(`${gateway.adminUrl}/apisix/admin/configs`, {
    method,
    headers: { "x-api-key": gateway.key, "x-digest": `by-hand-${Math.random()}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
