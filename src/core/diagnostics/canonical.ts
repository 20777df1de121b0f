import type { Entrant } from "./entrant.ts";
import { pathIsWithin, routedMethods, singleLeafOf, takesEveryPath } from "./cover.ts";
import { type Guard, type HostEntry, hostCovers, type PathEntry } from "../precedence/index.ts";

/** The most hosts or paths of one route that are compared with each other. */
const mostCompared = 64;

/** So many texts keep two numbers apart in one. */
const mostTexts = 2 ** 26;

/**
 * Makes a name of what a route matches: routes with equal names match the same requests, however they are written.
 * `undefined` for a route that nothing matches, and where the spelling can't be found out.
 */
export function canonicalNames(): (entrant: Entrant) => number | undefined {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const hostsNumber = rememberedOf((hosts: readonly HostEntry[]) => numberOf(JSON.stringify(hostsOf(hosts))));
  const pathsNumber = rememberedOf((paths: readonly PathEntry[]) => numberOf(JSON.stringify(pathsOf(paths))));
  const guards = new WeakMap<Guard, number>();
  const demandsNumber = (entrant: Entrant) => {
    const { guard } = entrant.match;
    // It says all but the text of a function.
    if (guard.hasFilter) return numberOf(demandsOf(entrant));
    const number = guards.get(guard) ?? numberOf(demandsOf(entrant));
    guards.set(guard, number);
    return number;
  };
  const none = numberOf("");
  return (entrant) => {
    const { paths, hosts, guard } = entrant.match;
    if (paths.length === 0 || hosts.length === 0) return undefined;
    if (guard.addressCount !== Infinity && guard.addresses === undefined) return undefined;
    const [path, demands] = [pathsNumber(paths), demandsNumber(entrant)];
    return hostsNumber(hosts) * mostTexts + (demands === none ? path : numberOf(`${path} ${demands}`));
  };
}

/** What a request must bring beside host and path. */
function demandsOf({ match, conjuncts, route }: Entrant): string {
  const methods = routedMethods(route);
  if (methods === undefined && match.guard.addresses === undefined && conjuncts.length === 0 && !route.filter_func)
    return "";
  const addresses = match.guard.addresses?.ranges.map(({ bits, first, last }) => `${bits}:${first}-${last}`);
  return JSON.stringify([
    methods?.toSorted() ?? "any",
    addresses ?? "any",
    conjuncts.map(conditionText).sort(),
    route.filter_func ?? "",
  ]);
}

/** Routes that are written the same share their lists. */
function rememberedOf<List extends object>(make: (list: List) => number): (list: List) => number {
  const known = new WeakMap<List, number>();
  return (list) => {
    const number = known.get(list) ?? make(list);
    known.set(list, number);
    return number;
  };
}

/** Those that no other covers; a lone star is any host. */
function hostsOf(hosts: readonly HostEntry[]): readonly string[] | "any" {
  if (hosts.some(({ kind, name, port }) => kind === "any" || (kind === "suffix" && name === "" && port === undefined)))
    return "any";
  const wide = hosts.length > mostCompared ? [] : hosts;
  return hosts
    .filter((host) => !wide.some((other) => other.text !== host.text && hostCovers(other, host)))
    .map(({ text }) => text)
    .sort();
}

function pathsOf(paths: readonly PathEntry[]): readonly string[] | "any" {
  if (paths.some(takesEveryPath)) return "any";
  const wide = paths.length > mostCompared ? [] : paths;
  const left = paths.filter(
    (path, at) => !wide.some((other, place) => place !== at && isRedundant(path, other, place < at)),
  );
  return [...new Set(left.map(pathText))].sort();
}

function isRedundant(inner: PathEntry, outer: PathEntry, isEarlier: boolean): boolean {
  return pathIsWithin(inner, outer) && (isEarlier || !pathIsWithin(outer, inner));
}

/** Where the language does not say exactly which paths pass, only the same text says the same. */
function pathText({ bucket, language, uri, isExact }: PathEntry): string {
  return isExact ? language : `${bucket} ${uri}`;
}

/** `in` with one text is `==`. */
function conditionText(conjunct: Entrant["conjuncts"][number]): string {
  const leaf = singleLeafOf(conjunct);
  if (leaf === undefined || leaf.operator !== "in" || !Array.isArray(leaf.value)) return conjunct.text;
  const values = new Set<unknown>(leaf.value);
  const [value] = values;
  return values.size === 1 && typeof value === "string"
    ? JSON.stringify([leaf.name, leaf.isNegated, "==", value])
    : conjunct.text;
}
