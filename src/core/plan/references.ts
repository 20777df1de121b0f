import { type AdminBodies, type AdminKind, type DesiredObject, type Json, isJsonObject } from "../model/index.ts";

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
  const keys: ObjectKey[] = [];
  const add = (value: unknown, field: string, target: AdminKind) => {
    const named = idIn(value, field);
    if (named !== undefined) keys.push(`${target}/${named}`);
  };
  for (const [field, target] of idFields) add(body, field, target);
  if (kind === "credentials") keys.push(`consumers/${id.split("/", 1)[0] ?? ""}`);
  const upstream: unknown = kind === "upstreams" ? body : "upstream" in body ? body.upstream : undefined;
  if (isJsonObject(upstream)) add(upstream["tls"], "client_cert_id", "ssls");
  if ("protocol" in body) add(body.protocol, "superior_id", "stream_routes");
  if ("plugins" in body && isJsonObject(body.plugins)) {
    for (const target of splitTargetsOf(body.plugins["traffic-split"])) add(target, "upstream_id", "upstreams");
    add(body.plugins["grpc-transcode"], "proto_id", "protos");
  }
  return keys.slice(); // with no room for more: there may be many
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
  const keys = referencesOf(object, object.body);
  const resolved = object.references.map(objectKey).filter((key) => !keys.includes(key));
  return resolved.length === 0 ? keys : [...keys, ...new Set(resolved)];
}

function idIn(value: unknown, name: string): string | number | undefined {
  const id = isJsonObject(value) ? value[name] : undefined;
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

/** `traffic-split` is the one plugin that names upstreams. A disabled or odd configuration is read all the same. */
function splitTargetsOf(config: Json | undefined): readonly Json[] {
  return listIn(config, "rules").flatMap((rule) => listIn(rule, "weighted_upstreams"));
}

function listIn(value: Json | undefined, name: string): readonly Json[] {
  const list = isJsonObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
}
