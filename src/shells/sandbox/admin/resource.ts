import { isAtLeast, isJsonObject, storesDefaults, type Json, type JsonObject } from "../../../core/model/index.ts";
import { mutableCopy, fieldsOf, isTable, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import { pluginSpecOf } from "../plugins/catalogue.ts";
import type { EnabledPlugins } from "../schema/plugin-names.ts";
import type { ObjectStore, StoredObject } from "../store/objects.ts";
import { Breakdown, refusal, type Answer } from "./answer.ts";
import type { BodyCheck, CheckContext } from "./context.ts";
import { changeFields, decrypt, encrypt, encryptKey } from "./encryption.ts";
import type { Kind } from "./kinds.ts";
import { listAnswer, numberOf, type Shown } from "./list.ts";
import { mergeInto, replaceAt } from "./patch.ts";
import { timesFault } from "./route-check.ts";

/** A request to a kind, taken apart. */
export interface ResourceRequest {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  readonly kind: Kind;
  readonly id: string | undefined;
  /** Of a credential. */
  readonly consumer: string | undefined;
  /** Of a secret. */
  readonly manager: string | undefined;
  /** What follows the id, without slashes at its ends. */
  readonly subPath: string;
  readonly body: Mutable | undefined;
  readonly query: URLSearchParams;
}

export interface ResourceOptions {
  readonly store: ObjectStore;
  /** Of the APISIX that this is, `x.y.z`; until 3.13 it stores the defaults of the schemas too. */
  readonly version: string;
  readonly plugins: EnabledPlugins;
  /** Unix seconds. */
  readonly now: () => number;
}

/**
 * Does what apisix/admin/resource.lua (apache/apisix 3.18) does, in its order. Throws `Breakdown` where that breaks.
 */
export function answerResource(request: ResourceRequest, options: ResourceOptions): Answer {
  const { method, kind } = request;
  if ((method === "POST" && kind.lacks.includes("post")) || (method === "PATCH" && kind.lacks.includes("patch"))) {
    return refusal(405, `not supported \`${method}\` method for ${kind.label}`);
  }
  return verbs[method](request, options);
}

type Verb = (request: ResourceRequest, options: ResourceOptions) => Answer;

const verbs: Readonly<Record<ResourceRequest["method"], Verb>> = {
  GET: read,
  PUT: put,
  POST: post,
  PATCH: patch,
  DELETE: remove,
};

function read(request: ResourceRequest, options: ResourceOptions): Answer {
  const { store } = options;
  const { kind, id, consumer, query } = request;
  if (id === undefined) {
    const folder = folderOf(kind, consumer, undefined);
    const stored = store.list(folder).filter(({ key }) => kind.name !== "consumers" || !key.includes("/credentials/"));
    // Nothing keeps a place for the credentials of a consumer, so without any there is no list either.
    if (kind.name === "credentials" && stored.length === 0) return notFound();
    const isCopy = kind.name === "consumers" || kind.name === "services";
    return listAnswer(
      stored.map((object) => shown(kind, object, options, "list")),
      query,
      { filterFields: kind.filterFields, isCopy },
    );
  }
  const key = keyOf(request, id);
  const stored = store.get(key);
  return stored === undefined ? notFound(store.list(key)) : { status: 200, body: { ...shown(kind, stored, options) } };
}

function put(request: ResourceRequest, options: ResourceOptions): Answer {
  const { kind, id, manager, consumer, body } = request;
  if (kind.identity === "manager/id" && (manager === undefined || id === undefined))
    throw new Breakdown("a secret without id");
  const checked = admit(request, body, "put", options);
  if ("refused" in checked) return checked.refused;
  const key = keyOf(
    request,
    kind.name === "consumers" ? written(checked.fields["username"]) : written(id ?? checked.fields["id"]),
  );
  if (kind.name === "credentials" && options.store.get(`/consumers/${consumer ?? ""}`) === undefined) {
    return refusal(404, "consumer not found");
  }
  const before = options.store.get(key);
  if (kind.name === "plugin_metadata") checked.fields["id"] = id ?? null;
  else stamp(checked.fields, before, options.now());
  encryptPrivateKeys(kind, checked.fields);
  return storedAnswer(options.store.put(key, checked.stored, ttlOf(request)), before === undefined ? 201 : 200);
}

function post(request: ResourceRequest, options: ResourceOptions): Answer {
  const checked = admit(request, request.body, "post", options);
  if ("refused" in checked) return checked.refused;
  const id = String(options.store.nextRevision()).padStart(20, "0");
  checked.fields["id"] = id;
  stamp(checked.fields, undefined, options.now());
  encryptPrivateKeys(request.kind, checked.fields);
  return storedAnswer(options.store.put(keyOf(request, id), checked.stored, ttlOf(request)), 201);
}

function patch(request: ResourceRequest, options: ResourceOptions): Answer {
  const { kind, id, subPath, body } = request;
  if (id === undefined)
    return refusal(400, kind.identity === "manager/id" ? "no secret id" : `missing ${kind.label} id`);
  if (body === undefined) return refusal(400, "missing new configuration");
  if (subPath === "" && !isTable(body)) return refusal(400, "invalid configuration");
  const key = keyOf(request, id);
  const before = options.store.get(key);
  if (before === undefined) return notFound(options.store.list(key));
  const merged = mutableCopy(clearValue(kind, before.value, options));
  if (subPath === "") {
    encryptPrivateKeys(kind, fieldsOf(body));
    mergeInto(merged, body);
    stampPatched(merged, options.now(), fieldsOf(body)["update_time"] === undefined);
  } else {
    const fault = replaceAt(merged, subPath, kind.name === "ssls" && subPath === "key" ? encryptKey(body) : body);
    if (fault !== undefined) return refusal(400, fault);
    stampPatched(merged, options.now(), true);
  }
  const checked = admit(request, merged, "patch", options);
  if ("refused" in checked) return checked.refused;
  encryptPrivateKeys(kind, checked.fields);
  return storedAnswer(options.store.put(key, checked.stored, ttlOf(request)), 200);
}

function remove(request: ResourceRequest, { store }: ResourceOptions): Answer {
  const { kind, id, query } = request;
  if (id === undefined) return refusal(400, `missing ${kind.label} id`);
  const key = keyOf(request, id);
  const user = query.get("force") === "true" ? undefined : kind.usedBy?.(id, store);
  if (user !== undefined) return refusal(400, user);
  if (kind.name === "consumers")
    for (const { key: credential } of store.list(`${key}/credentials/`)) store.delete(credential);
  return store.delete(key) ? { status: 200, body: { deleted: "1", key: shownKey(key) } } : notFound();
}

type Admitted = { readonly stored: Mutable; readonly fields: MutableObject } | { readonly refused: Answer };

/** Looks at a body and makes it what will be stored, but for times and the keys of certificates. */
function admit(
  request: ResourceRequest,
  body: Mutable | undefined,
  verb: "put" | "post" | "patch",
  options: ResourceOptions,
): Admitted {
  if (body === undefined) return { refused: refusal(400, "missing configurations") };
  if (!isTable(body)) throw new Breakdown("a body that is no object");
  // An empty list stays an empty list, whatever is hung on it; any other is an object with numbers for names.
  const isEmptyList = Array.isArray(body) && body.length === 0;
  const fields: MutableObject = Array.isArray(body)
    ? Object.fromEntries(body.map((item, index) => [String(index + 1), item]))
    : body;
  const idFault = request.kind.identity === "name" ? undefined : adoptId(request, fields, verb);
  if (idFault !== undefined) return { refused: refusal(400, idFault) };
  const checked = structuredClone(fields);
  const context: CheckContext = {
    store: options.store,
    version: options.version,
    plugins: options.plugins,
    id: request.kind.identity === "name" ? request.id : fields["id"],
    manager: request.manager,
    consumer: request.consumer,
  };
  const fault = firstFault(
    [...(areTimesFree(verb, options) ? [] : [timesFault]), ...request.kind.checks],
    checked,
    context,
  );
  if (fault !== undefined) return { refused: refusal(400, fault) };
  const kept = storesDefaults(options.version) ? checked : fields;
  changePlugins(request, kept, encrypt, options);
  return { fields: kept, stored: isEmptyList ? [] : kept };
}

/** Source: apache/apisix release 3.7, which forbade them. */
function areTimesFree(verb: "put" | "post" | "patch", { version }: ResourceOptions): boolean {
  return verb === "patch" || !isAtLeast(version, "3.7");
}

function adoptId(
  { kind, id, manager }: ResourceRequest,
  fields: MutableObject,
  verb: "put" | "post" | "patch",
): string | undefined {
  const own = fields["id"];
  const wanted = kind.identity === "manager/id" ? `${manager ?? ""}/${id ?? ""}` : (id ?? own);
  if (verb === "post") return wanted === undefined ? undefined : `wrong ${kind.label} id, do not need it`;
  if (wanted === undefined) return `missing ${kind.label} id`;
  if (own !== undefined && written(own) !== written(wanted)) return `wrong ${kind.label} id`;
  fields["id"] = wanted;
  return undefined;
}

/** The first thing that a list of checks finds. */
export function firstFault(
  checks: readonly BodyCheck[],
  body: MutableObject,
  context: CheckContext,
): string | undefined {
  for (const check of checks) {
    const fault = check(body, context);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function stamp(fields: MutableObject, before: StoredObject | undefined, now: number): void {
  const created = isJsonObject(before?.value) ? before.value["create_time"] : undefined;
  fields["create_time"] ??= typeof created === "number" ? created : now;
  fields["update_time"] ??= now;
}

function stampPatched(merged: Mutable, now: number, isNew: boolean): void {
  const fields = fieldsOf(merged);
  fields["create_time"] ??= now;
  if (isNew) fields["update_time"] = now;
}

function encryptPrivateKeys(kind: Kind, fields: MutableObject): void {
  if (kind.name === "ssls") {
    const { key, keys } = fields;
    if (key !== undefined) fields["key"] = encryptKey(key);
    if (Array.isArray(keys)) fields["keys"] = keys.map(encryptKey);
  }
  const tls = fieldsOf((kind.name === "upstreams" ? fields : fieldsOf(fields["upstream"]))["tls"]);
  if (tls["client_key"] !== undefined) tls["client_key"] = encryptKey(tls["client_key"]);
}

function changePlugins(
  { kind, id }: Pick<ResourceRequest, "kind" | "id">,
  fields: MutableObject,
  change: (text: string) => string,
  { plugins }: ResourceOptions,
): void {
  if (kind.name === "plugin_metadata") {
    const schema = pluginSpecOf(id ?? "", plugins)?.metadataSchema;
    if (schema !== undefined) changeFields(fields, schema, change);
  }
  if (kind.pluginRole === "none") return;
  for (const [name, config] of Object.entries(fieldsOf(fields["plugins"]))) {
    const spec = pluginSpecOf(name, plugins);
    if (spec === undefined) continue;
    changeFields(config, kind.pluginRole === "consumer" ? (spec.consumerSchema ?? spec.schema) : spec.schema, change);
  }
}

/** Fields of plugins in clear text. */
function clearValue(kind: Kind, value: Json, options: ResourceOptions): Json {
  const copy = mutableCopy(value);
  changePlugins({ kind, id: undefined }, fieldsOf(copy), (text) => decrypt(text) ?? text, options);
  return copy;
}

function shown(
  kind: Kind,
  { key, value, createdIndex, modifiedIndex }: StoredObject,
  options: ResourceOptions,
  as: "one" | "list" = "one",
): Shown {
  const clear = clearValue(kind, value, options);
  if (kind.name !== "ssls" || !isJsonObject(clear))
    return { key: shownKey(key), value: clear, createdIndex, modifiedIndex };
  // Private keys are never read back; before 3.17 a list showed them, encrypted, and one object those of `keys`.
  const { key: _key, keys, ...rest } = clear;
  if (!isAtLeast(options.version, "3.17")) {
    if (as === "list") return { key: shownKey(key), value: clear, createdIndex, modifiedIndex };
    return { key: shownKey(key), value: { ...rest, ...(keys !== undefined && { keys }) }, createdIndex, modifiedIndex };
  }
  return { key: shownKey(key), value: rest, createdIndex, modifiedIndex };
}

function storedAnswer({ key, value }: StoredObject, status: number): Answer {
  return { status, body: { key: shownKey(key), value } };
}

/** The answer for a missing id carries along the objects whose ids begin with it. */
function notFound(neighbours: readonly StoredObject[] = []): Answer {
  if (neighbours.length === 0) return { status: 404, body: { message: "Key not found" } };
  const kvs = neighbours.map(({ key, value, createdIndex, modifiedIndex, version }): JsonObject => ({
    key: shownKey(key),
    value,
    create_revision: String(createdIndex),
    mod_revision: String(modifiedIndex),
    version: String(version),
  }));
  return { status: 404, body: { kvs, message: "Key not found" } };
}

function keyOf({ kind, consumer, manager }: ResourceRequest, id: string): string {
  return `${folderOf(kind, consumer, manager)}${id}`;
}

function folderOf(kind: Kind, consumer: string | undefined, manager: string | undefined): string {
  if (kind.name === "credentials") return `/consumers/${consumer ?? ""}/credentials/`;
  return manager === undefined ? `/${kind.name}/` : `/${kind.name}/${manager}/`;
}

function shownKey(key: string): string {
  return `/apisix${key}`;
}

function ttlOf({ query }: ResourceRequest): number | undefined {
  return numberOf(query.get("ttl"));
}
