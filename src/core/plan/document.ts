import { createHash } from "node:crypto";
import {
  type DocumentList,
  type DocumentSection,
  type GatewayDocument,
  type Json,
  type JsonObject,
  type Step,
  documentOf,
  isJsonObject,
  itemIdOf,
  listOfKind,
  revealed,
} from "../model/index.ts";

/**
 * The document with the steps carried out. A list without a step is the same object as before; any other gets its
 * `version`, and so does every item of ours that changed, as its `modifiedIndex`: by that a gateway knows the items that
 * it has to load anew. Items that no step names stay as they are, to the byte and in their places; new ones come last.
 * Source: apache/apisix 3.18, apisix/core/config_yaml.lua, sync_data().
 */
export function documentAfter(
  document: GatewayDocument,
  steps: readonly Step[],
  version: (list: DocumentList) => number,
): GatewayDocument {
  const byList = Map.groupBy(steps, ({ kind }) => listOfKind(kind));
  return documentOf((list) => {
    const own = byList.get(list);
    return own === undefined ? document[list] : sectionAfter(document[list], own, version(list));
  });
}

function sectionAfter({ items }: DocumentSection, steps: readonly Step[], version: number): DocumentSection {
  const byId = new Map<string, Step>(steps.map((step) => [step.id, step]));
  const placed = new Set<string>();
  const kept = items.flatMap((item) => {
    const id = itemIdOf(item);
    const step = id === undefined ? undefined : byId.get(id);
    if (step === undefined) return id !== undefined && isOfDeleted(id, byId) ? [] : [item];
    placed.add(step.id);
    return step.verb === "delete" ? [] : [itemOf(step, version)];
  });
  const added = steps.filter(({ id, verb }) => verb !== "delete" && !placed.has(id));
  return { version, items: [...kept, ...added.map((step) => itemOf(step, version))] };
}

/** A consumer takes its credentials along. As the Admin API does with etcd. */
function isOfDeleted(id: string, steps: ReadonlyMap<string, Step>): boolean {
  const [owner = "", rest] = id.split("/credentials/");
  return rest !== undefined && steps.get(owner)?.verb === "delete";
}

/** A consumer is known by its username alone. The gateway takes a `null` for a wrong type, so there is none. */
function itemOf({ kind, id, body, secrets }: Step, version: number): JsonObject {
  const fields = withoutNull(jsonOf(body && revealed(body, secrets)));
  return {
    ...(listOfKind(kind) === "consumers" && !id.includes("/") ? {} : { id }),
    ...fields,
    modifiedIndex: version,
  };
}

function jsonOf(body: Step["body"]): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bodies are JSON: the interfaces only name fields
  return (body ?? {}) as unknown as JsonObject;
}

function withoutNull(object: JsonObject): JsonObject {
  const entries = Object.entries(object).flatMap(([name, value]): [string, Json][] =>
    value === null || value === undefined ? [] : [[name, isJsonObject(value) ? withoutNull(value) : listItems(value)]],
  );
  return Object.fromEntries(entries);
}

function listItems(value: Json): Json {
  if (!Array.isArray(value)) return value;
  return value.map((item: Json) => (isJsonObject(item) ? withoutNull(item) : listItems(item)));
}

/** Above every version that a gateway has, and no less than the clock: whoever starts afresh is above it, too. */
export function nextVersion(seen: readonly number[], nowMs: number): number {
  return seen.reduce((highest, version) => Math.max(highest, Math.floor(version) + 1), nowMs);
}

/** What a gateway compares to know that it has a document already. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
