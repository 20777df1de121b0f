import type { HostEntry, PathEntry } from "../precedence/index.ts";
import { addressesAreWithin, areImplied, type Evaluate, pathIsWithin, routedMethods, takesEveryPath } from "./cover.ts";
import type { Entrant } from "./entrant.ts";
import type { Scene } from "./scene.ts";
import { pathsIn } from "./paths-by-bucket.ts";
import type { SharedHost, Shelf } from "./shelf.ts";

/** One place of a route: a path of it under a host of it. */
export interface Place {
  readonly host: HostEntry;
  readonly path: PathEntry;
  /** Those that answer all its requests. Never empty. */
  readonly hiddenBy: readonly Entrant[];
}

/** What of a route no request reaches, because others answer first. */
export interface Hiding {
  readonly entrant: Entrant;
  readonly hidden: readonly Place[];
  /** How many places the route has. */
  readonly places: number;
}

/** Places looked at one by one per route; a route with more is only looked at as a whole. */
const mostPlaces = 512;

/**
 * Which places of a route are proven to be out of reach: another route stands before it in the same bucket (or in one
 * that the gateway looks into earlier, whatever the request), and matches all that it matches there. Several routes may
 * share the work by method. Silent where a proof would need more than a few candidates. `undefined`: none of them.
 */
export function hidingOf(entrant: Entrant, scene: Scene, shelf: Shelf, evaluate: Evaluate): Hiding | undefined {
  const { conjuncts, match } = entrant;
  const { hosts, paths } = match;
  const elsewhere = shelf.sharedHosts(hosts);
  let hidden: Place[] | undefined;
  for (const path of paths) {
    const own =
      path.bucket === "^"
        ? bucketsBefore(path).flatMap((bucket) => shelf.candidates(hosts, bucket, conjuncts))
        : shelf.candidates(hosts, path.bucket, conjuncts);
    if (elsewhere.length === 0 && own.length === 1) continue; // none but itself
    const whole = hiddenBy(entrant, path, own, scene, evaluate);
    if (whole !== undefined) {
      for (const host of hosts) (hidden ??= []).push({ host, path, hiddenBy: whole });
    } else if (elsewhere.length * paths.length <= mostPlaces) {
      for (const shared of elsewhere) {
        const others = candidatesElsewhere(shared, path, entrant, scene, shelf);
        const some = others && hiddenBy(entrant, path, [...own, ...others], scene, evaluate);
        if (some !== undefined) (hidden ??= []).push({ host: shared.host, path, hiddenBy: some });
      }
    }
  }
  return hidden && { entrant, hidden, places: hosts.length * paths.length };
}

/** Those that could hide a path of a route under this one of its hosts, named by another list; `undefined`: nobody. */
function candidatesElsewhere(
  { host, names }: SharedHost,
  path: PathEntry,
  { match, conjuncts }: Entrant,
  { flavor }: Scene,
  shelf: Shelf,
): readonly Entrant[] | undefined {
  let found: Entrant[] | undefined;
  for (const name of names) {
    // On an earlier host level a route hides others wherever its paths stand.
    const isEarlier = flavor === "radixtree_host_uri" && host.kind === "any" && name === "*";
    for (const bucket of isEarlier ? bucketsUnder(path) : bucketsBefore(path))
      for (const list of shelf.listsNaming(name, bucket))
        if (list !== match.hosts)
          for (const other of shelf.candidates(list, bucket, conjuncts)) (found ??= []).push(other);
  }
  return found;
}

/** The routes that answer all requests of this path, between them; `undefined` where some may be left. */
function hiddenBy(
  entrant: Entrant,
  path: PathEntry,
  candidates: readonly Entrant[],
  scene: Scene,
  evaluate: Evaluate,
): readonly Entrant[] | undefined {
  let before: Entrant[] | undefined;
  for (const other of candidates)
    if (other !== entrant && other.route.filter_func === undefined && takesFirst(other, entrant, path, scene))
      (before ??= []).push(other);
  if (before === undefined) return undefined;
  const own = routedMethods(entrant.route);
  const left = new Set(own ?? ["any"]);
  const hiders: Entrant[] = [];
  for (const other of before) {
    if (left.size === 0) break;
    const methods = routedMethods(other.route);
    const takesOver =
      methods === undefined ? [...left] : own === undefined ? [] : methods.filter((method) => left.has(method));
    if (takesOver.length === 0) continue;
    if (!addressesAreWithin(entrant.match.guard, other.match.guard)) continue;
    if (!areImplied(other.conjuncts, entrant.conjuncts, evaluate)) continue;
    hiders.push(other);
    for (const method of takesOver) left.delete(method);
  }
  return left.size === 0 && hiders.length > 0 ? hiders : undefined;
}

/** One of the other's paths takes all that this path of the route takes, and is asked before. */
function takesFirst(other: Entrant, entrant: Entrant, path: PathEntry, { rules, flavor }: Scene): boolean {
  const isEarlier =
    flavor === "radixtree_host_uri" && other.match.hosts.some(isStar) && entrant.match.hosts.some(isAny);
  if (!isEarlier && path.bucket !== "^" && other.number < entrant.number) return false;
  for (const bucket of isEarlier ? bucketsUnder(path) : bucketsBefore(path))
    for (const outer of pathsIn(other.match, bucket))
      if ((isEarlier || standsBefore(outer)) && pathIsWithin(path, outer)) return true;
  return false;

  function standsBefore(outer: PathEntry): boolean {
    // "/" is longer than nothing, and every path begins with it.
    if (outer.bucket !== path.bucket) return path.bucket === "^" && outer.bucket === "^/" && takesEveryPath(outer);
    if (other.number !== entrant.number) return other.number > entrant.number;
    return rules.longerTextFirst && Buffer.byteLength(outer.uri) > Buffer.byteLength(path.uri);
  }
}

function isAny({ kind }: HostEntry): boolean {
  return kind === "any";
}

function isStar({ text }: HostEntry): boolean {
  return text === "*";
}

/** Buckets whose routes meet all requests of this path, and are asked no later than its own. */
function bucketsBefore({ bucket }: PathEntry): readonly string[] {
  return bucket === "^" ? ["^/", "^"] : [bucket];
}

/** Buckets that a request to this path may fall into. */
function bucketsUnder({ bucket }: PathEntry): readonly string[] {
  const key = bucket.slice(1);
  const prefixes = Array.from({ length: key.length + 1 }, (_, length) => `^${key.slice(0, length)}`).toReversed();
  return [...new Set([...(bucket.startsWith("=") ? [bucket] : []), ...prefixes, "^/"])];
}
