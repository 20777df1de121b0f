import { dequal } from "dequal";
import {
  type DocumentList,
  type DocumentSection,
  type GatewayDocument,
  type JsonObject,
  documentLists,
  documentOf,
  emptyDocument,
  isEmptyDocument,
  itemIdOf,
} from "../model/index.ts";
import { nextVersion } from "./document.ts";

/** A document, and when it was pushed. */
export interface StandingDocument {
  readonly document: GatewayDocument;
  readonly digest: string | undefined;
  /** By the clock of the gateways, in Unix seconds; 0 where that is not known. */
  readonly pushedAt: number;
}

/** One that stands on an instance. */
export interface HeldByInstance extends StandingDocument {
  /** It is all that this instance can be given of what all shall hold. */
  readonly isTarget: boolean;
  /** It was not taken into account before, and we have not pushed it. */
  readonly isNews: boolean;
}

export interface JointOptions {
  /** What all shall hold, as far as we know; `undefined` before the first look. */
  readonly target: StandingDocument | undefined;
  /** Whether a digest is that of a configuration of ours, be it an old one. */
  readonly isOurs: (digest: string) => boolean;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/**
 * What the instances of a gateway hold, as one. What was pushed last comes first, what other instances hold only adds what that
 * lacks, and what was taken into account before comes last; an older configuration of ours adds nothing. What no instance holds any
 * more was taken away by whoever pushed last, if that is news. The target's own document where nothing was added to it.
 */
export function jointDocument(
  held: readonly HeldByInstance[],
  { target, isOurs, nowMs }: JointOptions,
): GatewayDocument {
  const filled = held.filter(({ document }) => !isEmptyDocument(document));
  const others = filled.filter(({ isTarget }) => !isTarget);
  const foreign = others.filter(({ digest }) => digest === undefined || !isOurs(digest));
  const news = foreign.filter(({ isNews }) => isNews);
  const known = foreign.filter(({ isNews }) => !isNews);
  const isHeld = others.length < filled.length;
  const standing = (isHeld || news.length === 0) && target !== undefined ? [target] : [];
  // Of the same second, what was met last counts: it replaced ours.
  const sources = [...[...news, ...standing].toSorted(lastFirst), ...known.toSorted(lastFirst)];
  const [first = emptyDocument, ...more] = sources.map(({ document }) => document);
  return documentAbove(documentWith(first, more), [...new Set(others.map(({ document }) => document))], nowMs);
}

function lastFirst(a: StandingDocument, b: StandingDocument): number {
  return b.pushedAt - a.pushedAt;
}

/**
 * The document that all gateways can take in: a list that one of them has in another form, under a version that is not
 * lower, gets a version above all. The same object where there is no such list.
 */
export function documentAbove(
  document: GatewayDocument,
  others: readonly GatewayDocument[],
  nowMs: number,
): GatewayDocument {
  const outdone = documentLists.filter((list) => others.some((other) => isInTheWay(other[list], document[list])));
  if (outdone.length === 0) return document;
  return documentOf((list) => {
    if (!outdone.includes(list)) return document[list];
    const versions = [document, ...others].map((one) => one[list].version);
    return { ...document[list], version: nextVersion(versions, nowMs) };
  });
}

function isInTheWay(other: DocumentSection, own: DocumentSection): boolean {
  if (other.version < own.version) return false;
  return other.version > own.version || !dequal(other.items, own.items);
}

/**
 * What stands on several gateways, as one: the first document, and what only others hold, for one that was started anew
 * can't give back what it lost. The same object where the others add nothing.
 */
export function documentWith(first: GatewayDocument, others: readonly GatewayDocument[]): GatewayDocument {
  const added = new Map(documentLists.map((list) => [list, itemsBeside(first, others, list)]));
  if ([...added.values()].every((items) => items.length === 0)) return first;
  return documentOf((list) => ({ ...first[list], items: [...first[list].items, ...(added.get(list) ?? [])] }));
}

function itemsBeside(
  first: GatewayDocument,
  others: readonly GatewayDocument[],
  list: DocumentList,
): readonly JsonObject[] {
  const known = new Set(first[list].items.map(itemIdOf));
  return others.flatMap((other) =>
    other[list].items.filter((item) => {
      const id = itemIdOf(item);
      return id !== undefined && known.size < known.add(id).size;
    }),
  );
}
