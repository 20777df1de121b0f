import type { Json, JsonObject } from "../../../core/model/index.ts";
import { asOf } from "../schema/as-of.ts";
import { violationOf } from "../schema/check.ts";
import { fieldsOf, isTable, luaTypeOf, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import { Breakdown, refusal, type Answer } from "./answer.ts";
import { kindOf, kindsOf, type Kind } from "./kinds.ts";
import type { CheckContext } from "./context.ts";
import { firstFault } from "./resource.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigurationFault {
  readonly resource_type: string;
  /** Of the item; absent where the fault is the kind's. */
  readonly resource_id?: Json;
  readonly index?: number;
  readonly error: string;
}

/**
 * A whole configuration is looked at, without its references; all faults are told at once.
 * Source: apache/apisix 3.18, apisix/admin/config_validate.lua.
 */
export function configsAnswer(body: Mutable, { store, version, plugins }: Gateway): Answer {
  const errors = [...configurationFaults(fieldsOf(body), { store, version, plugins })].map((fault): JsonObject => ({
    ...fault,
  }));
  if (errors.length === 0) return { status: 200, body: {} };
  return { status: 400, body: { error_msg: "Configuration validation failed", errors } };
}

/** Where faults are looked for, and in which APISIX. */
type Gateway = Pick<CheckContext, "store" | "version" | "plugins">;

/** Every fault, kind by kind and item by item, as it is looked for. */
export function* configurationFaults(fields: MutableObject, gateway: Gateway): Generator<ConfigurationFault> {
  for (const kind of kindsOf(gateway.version)) {
    yield* versionFaults(kind, fields);
    yield* itemFaults(kind, fields[kind.name], gateway);
  }
}

function versionFaults({ name }: Kind, fields: MutableObject): ConfigurationFault[] {
  const version = fields[`${name}_conf_version`];
  if (version === undefined || typeof version === "number") return [];
  return [{ resource_type: name, error: `${name}_conf_version must be a number, got ${luaTypeOf(version)}` }];
}

function* itemFaults(kind: Kind, items: Mutable | undefined, gateway: Gateway): Generator<ConfigurationFault> {
  const seen = new Set<Mutable>(); // for Lua, 1 and "1" are two
  for (const [index, item] of (Array.isArray(items) ? items : []).entries()) {
    const { id, username } = fieldsOf(item);
    for (const error of [itemFault(kind, item, gateway), repetition(kind, fieldsOf(item), seen)])
      if (error !== undefined) yield { resource_type: kind.name, resource_id: id ?? username ?? "", index, error };
  }
}

function itemFault(kind: Kind, item: Mutable, gateway: Gateway): string | undefined {
  if (!isTable(item)) return "attempt to index a value that is no object";
  // The mark by which a gateway in standalone mode knows a changed item.
  const { modifiedIndex: _modifiedIndex, ...body } = structuredClone(fieldsOf(item));
  const id = written(body["id"] ?? "");
  const [owner = "", ...rest] = id.split("/");
  // A manager of secrets, or a consumer: `jack/credentials/one`.
  const isCredential = kind.name === "consumers" && id.includes("/credentials/");
  if (kind.name === "secrets" && rest.length === 0) return `invalid secret id: ${id}`;
  const checks = (isCredential ? kindOf("credentials", gateway.version) : kind)?.checks ?? [];
  const context = {
    ...gateway,
    id: isCredential ? rest[1] : kind.name === "consumers" ? undefined : body["id"],
    manager: kind.name === "secrets" ? owner : undefined,
    consumer: isCredential ? owner : undefined,
    skipReferences: true,
  };
  try {
    return firstFault(checks, body, context);
  } catch (error) {
    if (error instanceof Breakdown) return error.message;
    throw error;
  }
}

function repetition({ name }: Kind, fields: MutableObject, seen: Set<Mutable>): string | undefined {
  const { id, username } = fields;
  const identifier = name === "consumers" ? (id ?? username) : id;
  if (identifier === undefined) return undefined;
  if (seen.size === seen.add(identifier).size) {
    const what = name === "consumers" ? (id === undefined ? "username" : "credential id") : "id";
    return `found duplicate ${what} ${written(identifier)} in ${name}`;
  }
  return undefined;
}

/** Only the schema of a kind. Source: apache/apisix 3.18, apisix/admin/init.lua, schema_validate(). */
export function schemaValidationAnswer(
  kindName: string | undefined,
  body: Mutable | undefined,
  version: string,
): Answer {
  const kind = kindOf(kindName ?? "", version);
  if (kind === undefined) return refusal(404, `Unsupported resource type: ${kindName ?? ""}`);
  if (kind.schema === undefined) throw new Breakdown("no schema");
  const violation = violationOf(asOf(kind.schema, version), body ?? null);
  return violation === undefined ? { status: 200, text: "" } : refusal(400, violation);
}
