import {
  type AdminBodies,
  type AdminKind,
  type DesiredObject,
  type Json,
  type JsonObject,
  isJsonObject,
} from "../model/index.ts";

/** `services/shop.web_service`: names one object of the gateway. */
export type ObjectKey = string;

export function objectKey(object: { readonly kind: AdminKind; readonly id: string | number }): ObjectKey {
  return `${object.kind}/${object.id}`;
}

/**
 * The objects that an object with this body refers to: those that must be there before it is written, and that can't be
 * deleted while it is there. Source: apache/apisix 3.18, apisix/admin/routes.lua, services.lua, consumers.lua and
 * stream_routes.lua, check_conf(); upstreams.lua, up_id_in_plugins(); proto.lua.
 */
export function referencesOf(
  { kind, id }: { readonly kind: AdminKind; readonly id: string },
  body: AdminBodies[AdminKind],
): readonly ObjectKey[] {
  if (kind === "plugin_metadata" || kind === "secrets") return []; // whatever they call their fields
  const keys: ObjectKey[] = idFields.flatMap(([field, target]) =>
    idIn(body, field).map((named) => `${target}/${named}`),
  );
  if (kind === "credentials") keys.push(`consumers/${id.split("/", 1)[0] ?? ""}`);
  const upstream: unknown = kind === "upstreams" ? body : "upstream" in body ? body.upstream : undefined;
  const tls: unknown = isJsonObject(upstream) ? upstream["tls"] : undefined;
  keys.push(...idIn(tls, "client_cert_id").map((named) => `ssls/${named}`));
  if ("protocol" in body && isJsonObject(body.protocol)) keys.push(...superiorOf(body.protocol));
  if ("plugins" in body && isJsonObject(body.plugins)) {
    keys.push(...splitUpstreamsOf(body.plugins["traffic-split"]), ...protoOf(body.plugins["grpc-transcode"]));
  }
  return keys;
}

/** Fields that name an object, and of which kind; those of routes, services, consumers and stream routes. */
const idFields = [
  ["service_id", "services"],
  ["upstream_id", "upstreams"],
  ["plugin_config_id", "plugin_configs"],
  ["group_id", "consumer_groups"],
] as const satisfies readonly (readonly [field: string, target: AdminKind])[];

/** What was resolved, and what the body names by itself; each once. */
export function allReferencesOf(object: DesiredObject): readonly ObjectKey[] {
  const keys = [...referencesOf(object, object.body)];
  for (const reference of object.references) {
    const key = objectKey(reference);
    if (!keys.includes(key)) keys.push(key);
  }
  return keys;
}

function superiorOf(protocol: JsonObject): readonly ObjectKey[] {
  return idIn(protocol, "superior_id").map((id) => `stream_routes/${id}`);
}

function protoOf(config: Json | undefined): readonly ObjectKey[] {
  return idIn(config, "proto_id").map((id) => `protos/${id}`);
}

function idIn(value: unknown, name: string): readonly (string | number)[] {
  const id = isJsonObject(value) ? value[name] : undefined;
  return typeof id === "string" || typeof id === "number" ? [id] : [];
}

/** `traffic-split` is the one plugin that names upstreams. A disabled or odd configuration is read all the same. */
function splitUpstreamsOf(config: Json | undefined): readonly ObjectKey[] {
  return listIn(config, "rules")
    .flatMap((rule) => listIn(rule, "weighted_upstreams"))
    .flatMap((target) => idIn(target, "upstream_id"))
    .map((id) => `upstreams/${id}`);
}

function listIn(value: Json | undefined, name: string): readonly Json[] {
  const list = isJsonObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
}
