import { dequal } from "dequal";
import {
  type AdminKind,
  type DocumentFault,
  type DocumentList,
  type Fault,
  type GatewayDocument,
  type JsonObject,
  adminKinds,
  documentLists,
  emptyDocument,
  itemIdOf,
  kindOfItem,
  listOfKind,
} from "../model/index.ts";
import { itemAtFault } from "./blame.ts";
import { type ObjectKey, objectKey, referencesOf } from "./references.ts";

/** An item that an instance does not take, and what it says of it. */
export interface RefusedItem {
  readonly list: DocumentList;
  readonly item: JsonObject;
  /** The gateway's words. */
  readonly message: string;
  readonly fault?: Fault | undefined;
}

/** An item that an instance is not given as it stands in the whole. */
export interface LeftOut {
  readonly list: DocumentList;
  readonly item: JsonObject;
  readonly isOurs: boolean;
  /** Absent: it is one of ours, and refers to another that is left out. */
  readonly refused?: RefusedItem;
}

/** Whether an item of a document is ours to leave out. */
export type Ownership = (list: DocumentList, item: JsonObject) => boolean;

export interface ReplaceOptions {
  /** What the instance holds. */
  readonly held: GatewayDocument;
  /** What it held before it restarted. */
  readonly before?: GatewayDocument | undefined;
  readonly refused: readonly RefusedItem[];
  readonly isOurs: Ownership;
}

/** The items that are at fault, each with the first thing that was said of it. */
export function refusedItemsIn(faults: readonly DocumentFault[], document: GatewayDocument): readonly RefusedItem[] {
  const refused = new Map<JsonObject, RefusedItem>();
  for (const found of faults) {
    const list = documentLists.find((name) => name === found.list);
    const item = itemAtFault(found, document);
    if (list !== undefined && item !== undefined && !refused.has(item))
      refused.set(item, { list, item, message: found.error, fault: found.fault });
  }
  return [...refused.values()];
}

/** What stands in the place of an item; `undefined`: nothing. */
export type Replaced = ReadonlyMap<JsonObject, JsonObject | undefined>;

export interface Replacements {
  readonly places: ReadonlyMap<DocumentList, Replaced>;
  readonly leftOut: readonly LeftOut[];
  /** It holds these, refuses them by now, and they are not ours: they can't be replaced. */
  readonly blocking: readonly RefusedItem[];
}

const nothingReplaced: Replacements = { places: new Map(), leftOut: [], blocking: [] };

/** Of a whole document, what an instance can't be given as it stands there, and what it gets instead (`shareOf`). */
export function replacementsIn(whole: GatewayDocument, options: ReplaceOptions): Replacements {
  const { isOurs } = options;
  const inWhole = lookIn(whole);
  const found = options.refused.flatMap((refused): (LeftOut & { refused: RefusedItem })[] => {
    const { list } = refused;
    const item = inWhole(list, refused.item);
    return item !== undefined && isSameItem(item, refused.item)
      ? [{ list, item, isOurs: isOurs(list, item), refused }]
      : [];
  });
  if (found.length === 0) return nothingReplaced;
  const held = lookIn(options.held);
  const before = lookIn(options.before ?? emptyDocument);
  const isRefused = refusalsAmong(options.refused);
  const places = new Map<DocumentList, Map<JsonObject, JsonObject | undefined>>();
  const missing = new Set<ObjectKey>();
  const replace = (list: DocumentList, item: JsonObject, instead: JsonObject | undefined) => {
    const ofList = places.get(list) ?? new Map<JsonObject, JsonObject | undefined>();
    places.set(list, ofList.set(item, instead));
    if (instead === undefined) for (const key of keysOf(list, item)) missing.add(key);
  };
  const good = (list: DocumentList, stood: readonly (JsonObject | undefined)[]) =>
    stood.find((one) => one !== undefined && !isRefused(list, one));
  for (const { list, item, isOurs: own } of found)
    replace(list, item, good(list, own ? [held(list, item), before(list, item)] : [held(list, item)]));
  const waiting = waitingIn(whole, found, isOurs).filter(({ list, item }) => {
    const earlier = before(list, item);
    const isWhole = earlier !== undefined && !referencesIn(list, earlier).some((key) => missing.has(key));
    const instead = good(list, [held(list, item), isWhole ? earlier : undefined]);
    if (instead !== undefined && isSameItem(instead, item)) return false;
    replace(list, item, instead);
    return true;
  });
  const blocking = found.filter(
    ({ list, item, isOurs: own }) =>
      !own && places.get(list)?.get(item) === undefined && held(list, item) !== undefined,
  );
  return { places, leftOut: [...found, ...waiting], blocking: blocking.map(({ refused }) => refused) };
}

/** Finds what stands under the id of an item; one without an id can only be known by all that it holds. */
export function lookIn(document: GatewayDocument): (list: DocumentList, item: JsonObject) => JsonObject | undefined {
  const lists = new Map<DocumentList, ReadonlyMap<string | undefined, JsonObject>>();
  return (list, item) => {
    const byId = lists.get(list) ?? new Map(document[list].items.map((one) => [itemIdOf(one), one]));
    lists.set(list, byId);
    const id = itemIdOf(item);
    return id === undefined ? document[list].items.find((one) => isSameItem(one, item)) : byId.get(id);
  };
}

/** Whether a document has an item in this very form. */
export function standsIn(document: GatewayDocument): (list: DocumentList, item: JsonObject) => boolean {
  const look = lookIn(document);
  return (list, item) => {
    const standing = look(list, item);
    return standing !== undefined && isSameItem(standing, item);
  };
}

/** Whether an item is among those. */
export function refusalsAmong(refused: readonly RefusedItem[]): (list: DocumentList, item: JsonObject) => boolean {
  const byName = Map.groupBy(refused, ({ list, item }) => `${list}/${itemIdOf(item) ?? ""}`);
  return (list, item) =>
    byName.get(`${list}/${itemIdOf(item) ?? ""}`)?.some((one) => isSameItem(one.item, item)) === true;
}

/** Items of ours that refer to one of these, however indirectly; what is referred to comes first. */
function waitingIn(whole: GatewayDocument, refused: readonly LeftOut[], isOurs: Ownership): readonly LeftOut[] {
  const affected = new Set(refused.flatMap(({ list, item }) => keysOf(list, item)));
  const waiting: LeftOut[] = [];
  for (const kind of adminKinds) {
    const list = listOfKind(kind);
    if (list === undefined) continue;
    for (const item of whole[list].items) {
      const [key] = keysOf(list, item);
      if (key === undefined || !key.startsWith(`${kind}/`) || affected.has(key)) continue;
      if (!referencesIn(list, item).some((to) => affected.has(to)) || !isOurs(list, item)) continue;
      affected.add(key);
      waiting.push({ list, item, isOurs: true });
    }
  }
  return waiting;
}

function keysOf(list: DocumentList, item: JsonObject): readonly ObjectKey[] {
  const object = objectOf(list, item);
  return object === undefined ? [] : [objectKey(object)];
}

function referencesIn(list: DocumentList, item: JsonObject): readonly ObjectKey[] {
  const object = objectOf(list, item);
  return object === undefined ? [] : referencesOf(object, item);
}

function objectOf(list: DocumentList, item: JsonObject): { readonly kind: AdminKind; readonly id: string } | undefined {
  const id = itemIdOf(item);
  const kind = kindOfItem(list, id ?? "");
  return id === undefined || kind === undefined ? undefined : { kind, id };
}

/** Alike in all but when they were written. */
export function isSameItem(a: JsonObject, b: JsonObject): boolean {
  if (a === b) return true;
  const { modifiedIndex: _a, ...one } = a;
  const { modifiedIndex: _b, ...other } = b;
  return dequal(one, other);
}
