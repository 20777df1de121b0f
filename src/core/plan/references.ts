import { type AdminBodies, type AdminKind, type DesiredObject, type Json, isJsonObject } from "../model/index.ts";

/** `services/shop.web_service`: names one object of the gateway. */
export type ObjectKey = string;

export function objectKey(object: { readonly kind: AdminKind; readonly id: string | number }): ObjectKey {
  return `${object.kind}/${object.id}`;
}

/** The objects that an object with this body refers to, by their keys. */
export function referencesOf(object: Referring, body: AdminBodies[AdminKind]): readonly ObjectKey[] {
  const keys: ObjectKey[] = [];
  eachReference(object, body, (kind, id) => keys.push(`${kind}/${id}`));
  return keys.slice(); // with no room for more: there may be many
}

type Referring = Pick<DesiredObject, "kind"> & { readonly id: string };
type Visit = (kind: AdminKind, id: string) => void;

/**
 * The objects that an object with this body refers to: those that must be there before it is written, and that can't be
 * deleted while it is there. Source: apache/apisix 3.18, apisix/admin/routes.lua, services.lua, consumers.lua and
 * stream_routes.lua, check_conf(); upstreams.lua, up_id_in_plugins(); proto.lua.
 */
function eachReference({ kind, id }: Referring, body: AdminBodies[AdminKind], visit: Visit): void {
  if (kind === "plugin_metadata" || kind === "secrets") return; // whatever they call their fields
  for (const [field, target] of idFields) visitIn(body, field, target, visit);
  if (kind === "credentials") visit("consumers", id.split("/", 1)[0] ?? "");
  const upstream: unknown = kind === "upstreams" ? body : "upstream" in body ? body.upstream : undefined;
  if (isJsonObject(upstream)) visitIn(upstream["tls"], "client_cert_id", "ssls", visit);
  if ("protocol" in body) visitIn(body.protocol, "superior_id", "stream_routes", visit);
  if ("plugins" in body && isJsonObject(body.plugins)) {
    for (const target of splitTargetsOf(body.plugins["traffic-split"]))
      visitIn(target, "upstream_id", "upstreams", visit);
    visitIn(body.plugins["grpc-transcode"], "proto_id", "protos", visit);
  }
}

/** Fields that name an object, and of which kind; those of routes, services, consumers and stream routes. */
const idFields = [
  ["service_id", "services"],
  ["upstream_id", "upstreams"],
  ["plugin_config_id", "plugin_configs"],
  ["group_id", "consumer_groups"],
] as const satisfies readonly (readonly [field: string, target: AdminKind])[];

/** An object that another refers to. */
export interface Reference {
  readonly kind: AdminKind;
  readonly id: string;
}

/** What was resolved, and what the body names by itself; each once. Mostly the two are the same. */
export function allReferencesOf(object: DesiredObject): readonly Reference[] {
  const { references } = object;
  let all: Reference[] | undefined;
  eachReference(object, object.body, (kind, id) => {
    if ((all ?? references).some((known) => known.kind === kind && known.id === id)) return;
    all ??= [...references];
    all.push({ kind, id });
  });
  return all ?? references;
}

function visitIn(value: unknown, field: string, target: AdminKind, visit: Visit): void {
  const id = isJsonObject(value) ? value[field] : undefined;
  if (typeof id === "string" || typeof id === "number") visit(target, String(id));
}

/** `traffic-split` is the one plugin that names upstreams. A disabled or odd configuration is read all the same. */
function splitTargetsOf(config: Json | undefined): readonly Json[] {
  return listIn(config, "rules").flatMap((rule) => listIn(rule, "weighted_upstreams"));
}

function listIn(value: Json | undefined, name: string): readonly Json[] {
  const list = isJsonObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
}
