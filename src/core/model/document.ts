import { type AdminKind, adminKinds } from "./admin.ts";
import type { Fault } from "./fault.ts";
import type { JsonObject } from "./json.ts";

/**
 * The lists of a document, as APISIX without etcd has them; a credential is an item of `consumers`.
 * Source: apache/apisix 3.18, apisix/admin/standalone.lua.
 */
export const documentLists = [
  "consumer_groups",
  "consumers",
  "global_rules",
  "plugin_configs",
  "plugin_metadata",
  "plugins",
  "protos",
  "routes",
  "secrets",
  "services",
  "ssls",
  "stream_routes",
  "upstreams",
] as const;
export type DocumentList = (typeof documentLists)[number];

/** One list, and the version that a gateway compares before it takes the list in. */
export interface DocumentSection {
  readonly version: number;
  /** In their order: where requests leave it open, it counts. */
  readonly items: readonly JsonObject[];
}

/** The whole configuration of a gateway without etcd. */
export type GatewayDocument = Readonly<Record<DocumentList, DocumentSection>>;

export const emptyDocument: GatewayDocument = documentOf(() => ({ version: 0, items: [] }));

export function documentOf(sectionOf: (list: DocumentList) => DocumentSection): GatewayDocument {
  const sections = documentLists.map((list) => [list, sectionOf(list)]);
  return Object.fromEntries(sections) as GatewayDocument; // one entry for each list
}

/** Nothing was ever pushed there, or it restarted: such a gateway has lost all it had. */
export function isEmptyDocument(document: GatewayDocument): boolean {
  return documentLists.every((list) => document[list].version === 0);
}

/** Which list holds the objects of an Admin kind. */
export function listOfKind(kind: string): DocumentList | undefined {
  return kind === "credentials" ? "consumers" : documentLists.find((list) => list === kind);
}

/** The Admin kind of an item; `undefined` for a list that the Admin API has not. */
export function kindOfItem(list: DocumentList, id: string): AdminKind | undefined {
  if (list === "consumers") return id.includes("/credentials/") ? "credentials" : "consumers";
  return adminKinds.find((kind) => kind === list);
}

/** What an item is known by in its list; `undefined` where its writer gave it no name. */
export function itemIdOf({ id, username }: JsonObject): string | undefined {
  const known = id ?? username;
  return typeof known === "string" || typeof known === "number" ? String(known) : undefined;
}

/** One thing that a gateway finds wrong with a document. */
export interface DocumentFault {
  readonly list: string;
  /** The place of the item in its list; absent where the list itself is at fault. */
  readonly index: number | undefined;
  readonly id: string | undefined;
  /** The gateway's words. */
  readonly error: string;
  /** What is wrong with the item, as far as the words tell. */
  readonly fault?: Fault;
}
