import type { Json, JsonObject } from "../../../core/model/index.ts";
import { violationOf } from "../schema/check.ts";
import { fieldsOf, isTable, luaTypeOf, written, type Mutable } from "../schema/lua.ts";
import type { ObjectStore } from "../store/objects.ts";
import { Breakdown, refusal, type Answer } from "./answer.ts";
import { kinds, type Kind } from "./kinds.ts";
import { firstFault } from "./resource.ts";

/**
 * A whole configuration is looked at, without its references; all faults are told at once.
 * Source: apache/apisix 3.18, apisix/admin/config_validate.lua.
 */
export function configsAnswer(body: Mutable, store: ObjectStore): Answer {
  const fields = fieldsOf(body);
  const errors = [...kinds.values()].flatMap((kind) => [
    ...versionFaults(kind, fields),
    ...itemFaults(kind, fields[kind.name], store),
  ]);
  if (errors.length === 0) return { status: 200, body: {} };
  return { status: 400, body: { error_msg: "Configuration validation failed", errors } };
}

function versionFaults({ name }: Kind, fields: ReturnType<typeof fieldsOf>): JsonObject[] {
  const version = fields[`${name}_conf_version`];
  if (version === undefined || typeof version === "number") return [];
  return [{ resource_type: name, error: `${name}_conf_version must be a number, got ${luaTypeOf(version)}` }];
}

function itemFaults(kind: Kind, items: Mutable | undefined, store: ObjectStore): JsonObject[] {
  const seen = new Set<string>();
  return (Array.isArray(items) ? items : []).flatMap((item, index) => {
    const { id, username } = fieldsOf(item);
    const resource_id: Json = id ?? username ?? "";
    const faults = [itemFault(kind, item, store), repetition(kind, fieldsOf(item), seen)];
    return faults
      .filter((fault) => fault !== undefined)
      .map((error) => ({ resource_type: kind.name, resource_id, index, error }));
  });
}

function itemFault(kind: Kind, item: Mutable, store: ObjectStore): string | undefined {
  if (!isTable(item)) return "attempt to index a value that is no object";
  const body = structuredClone(fieldsOf(item));
  const id = written(body["id"] ?? "");
  const [owner = "", ...rest] = id.split("/");
  const isCredential = kind.name === "consumers" && id.includes("/credentials/");
  if (kind.name === "secrets" && rest.length === 0) return `invalid secret id: ${id}`;
  const checks = (isCredential ? kinds.get("credentials") : kind)?.checks ?? [];
  const context = {
    store,
    id: isCredential || kind.name === "consumers" ? undefined : body["id"],
    manager: kind.name === "secrets" ? owner : undefined,
    skipReferences: true,
  };
  try {
    return firstFault(checks, body, context);
  } catch (error) {
    if (error instanceof Breakdown) return error.message;
    throw error;
  }
}

function repetition({ name }: Kind, fields: ReturnType<typeof fieldsOf>, seen: Set<string>): string | undefined {
  const { id, username } = fields;
  const identifier = name === "consumers" ? (id ?? username) : id;
  if (identifier === undefined) return undefined;
  const text = written(identifier);
  if (seen.size === seen.add(text).size) {
    const what = name === "consumers" ? (id === undefined ? "username" : "credential id") : "id";
    return `found duplicate ${what} ${text} in ${name}`;
  }
  return undefined;
}

/** Only the schema of a kind. Source: apache/apisix 3.18, apisix/admin/init.lua, schema_validate(). */
export function schemaValidationAnswer(kindName: string | undefined, body: Mutable | undefined): Answer {
  const kind = kinds.get(kindName ?? "");
  if (kind === undefined) return refusal(404, `Unsupported resource type: ${kindName ?? ""}`);
  if (kind.schema === undefined) throw new Breakdown("no schema");
  const violation = violationOf(kind.schema, body ?? null);
  return violation === undefined ? { status: 200, text: "" } : refusal(400, violation);
}
