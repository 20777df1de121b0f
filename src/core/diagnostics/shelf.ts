import type { RouterFlavor } from "../model/index.ts";
import type { HostEntry, PathEntry } from "../precedence/index.ts";
import type { Conjunct } from "./conjuncts.ts";
import { isList } from "./conjuncts.ts";
import { singleLeafOf } from "./cover.ts";
import type { Entrant } from "./entrant.ts";
import type { Scene } from "./scene.ts";

/** A path of a route, as it stands in a bucket. */
export interface Stand {
  readonly entrant: Entrant;
  readonly path: PathEntry;
  /** Length of the uri in bytes: between equal priorities the longer text stands first (from APISIX 3.9 on). */
  readonly textLength: number;
}

/** Lists of hosts; routes that name the same ones share the list itself. */
type HostList = readonly HostEntry[];
/** What stands under one list of hosts in one bucket, by what a request must bring. */
type Cell = ReadonlyMap<string, readonly Stand[]>;

/** The router's buckets, laid out so that the few routes that could hide another are found without asking all. */
export interface Shelf {
  /** Stands of the bucket under this list of hosts that could hide a route with these conditions, the widest first. */
  readonly candidates: (hosts: HostList, bucket: string, conjuncts: readonly Conjunct[]) => readonly Stand[];
  /** Lists that name this host (as written), in this bucket. */
  readonly listsNaming: (host: string, bucket: string) => readonly HostList[];
  /** Those hosts of a list that another list takes, too; and under which names, as the routes write them. */
  readonly sharedHosts: (hosts: HostList) => ReadonlyMap<HostEntry, readonly string[]>;
}

/** How many stands are looked at per question. Where the answer would need more, rules stay silent. */
const most = 32;

export function shelfOf({ entrants, flavor }: Scene): Shelf {
  const cells = new Map<string, Map<HostList, Map<string, Stand[]>>>();
  const lists = new Map<string, Set<HostList>>();
  const shared = new Map<HostList, ReadonlyMap<HostEntry, readonly string[]>>();
  for (const entrant of entrants) {
    const { hosts, paths } = entrant.match;
    if (entrant.route.filter_func !== undefined) continue; // nobody knows whom it lets pass, so it hides nobody
    for (const path of paths) put(cells, hosts, { entrant, path, textLength: Buffer.byteLength(path.uri) });
    for (const { text } of hosts) {
      const known = lists.get(text);
      if (known === undefined) lists.set(text, new Set([hosts]));
      else known.add(hosts);
    }
  }
  for (const cell of [...cells.values()].flatMap((byHosts) => [...byHosts.values()]))
    for (const [key, stands] of cell) cell.set(key, stands.sort(widestFirst).slice(0, 4 * most));
  return {
    candidates: (hosts, bucket, conjuncts) => candidatesIn(cells.get(bucket)?.get(hosts), conjuncts),
    listsNaming: (host, bucket) => {
      const byHosts = cells.get(bucket);
      const naming = lists.get(host);
      if (byHosts === undefined || naming === undefined) return [];
      const [few, many] = naming.size < byHosts.size ? [naming, byHosts] : [new Set(byHosts.keys()), naming];
      return firstOf(few, (list) => many.has(list));
    },
    sharedHosts: (hosts) => {
      const known = shared.get(hosts) ?? sharedHostsOf(hosts, lists, flavor);
      shared.set(hosts, known);
      return known;
    },
  };
}

function sharedHostsOf(
  hosts: HostList,
  lists: ReadonlyMap<string, ReadonlySet<HostList>>,
  flavor: RouterFlavor,
): ReadonlyMap<HostEntry, readonly string[]> {
  const isElsewhere = (text: string) => {
    const naming = lists.get(text);
    return naming !== undefined && (naming.size > 1 || !naming.has(hosts));
  };
  return new Map(
    hosts.flatMap((host): [HostEntry, readonly string[]][] => {
      const names = namesTaking(host, flavor).filter(isElsewhere);
      return names.length === 0 ? [] : [[host, names]];
    }),
  );
}

/** Hosts, as routes write them, whose routes are asked for every request which `host` takes, no later than its own. */
function namesTaking({ text, name, kind, port }: HostEntry, flavor: RouterFlavor): readonly string[] {
  // Routes for the host "*" are asked before those without hosts.
  if (kind === "any") return ["", "*"];
  if (flavor === "radixtree_host_uri") return [text];
  const suffixes = Array.from({ length: name.length + 1 }, (_, start) => `*${name.slice(start)}`);
  const withoutPort = kind === "suffix" ? `*${name}` : name;
  return [...new Set([text, ...(port === undefined || port === "" ? [] : [withoutPort]), ...suffixes, ""])];
}

function put(cells: Map<string, Map<HostList, Map<string, Stand[]>>>, hosts: HostList, stand: Stand): void {
  const byHosts = cells.get(stand.path.bucket) ?? new Map<HostList, Map<string, Stand[]>>();
  cells.set(stand.path.bucket, byHosts);
  const cell = byHosts.get(hosts) ?? new Map<string, Stand[]>();
  byHosts.set(hosts, cell);
  for (const key of keysOf(stand.entrant.conjuncts)) {
    const stands = cell.get(key);
    if (stands === undefined) cell.set(key, [stand]);
    else stands.push(stand);
  }
}

function firstOf(lists: Iterable<HostList>, isWanted: (list: HostList) => boolean): readonly HostList[] {
  const found: HostList[] = [];
  let looked = 0;
  for (const list of lists) {
    if (isWanted(list)) found.push(list);
    if (found.length >= most || ++looked > 8 * most) break;
  }
  return found;
}

/** Without conditions, with few, any method, any address: the likelier to hide others. */
function widestFirst(a: Stand, b: Stand): number {
  return narrowness(a) - narrowness(b) || b.entrant.number - a.entrant.number || (a.entrant.id < b.entrant.id ? -1 : 1);
}

function narrowness({ entrant: { conjuncts, match } }: Stand): number {
  return (
    conjuncts.length * 4 + (match.guard.methods === undefined ? 0 : 2) + (match.guard.addressCount === Infinity ? 0 : 1)
  );
}

/**
 * Where a route is looked for: all its conditions must follow from those of a route that it hides, so any one of them
 * will do as its place.
 */
function keysOf(conjuncts: readonly Conjunct[]): readonly string[] {
  const [first] = conjuncts;
  if (first === undefined) return ["any"];
  const values = valueKeys(first);
  return [`is ${first.text}`, ...(values ?? first.leaves.slice(0, 1).map(({ name }) => `about ${name}`))];
}

/** One key per value that a condition lets pass, where these are few. */
function valueKeys(conjunct: Conjunct): readonly string[] | undefined {
  const leaf = singleLeafOf(conjunct);
  if (leaf === undefined || leaf.isNegated) return undefined;
  const key = (value: unknown) => `${leaf.name} ${JSON.stringify(value)}`;
  if (leaf.operator === "==" && typeof leaf.value === "string") return [key(leaf.value)];
  if (leaf.operator === "in" && isList(leaf.value) && leaf.value.length <= 16) return leaf.value.map(key);
  return undefined;
}

function candidatesIn(cell: Cell | undefined, conjuncts: readonly Conjunct[]): readonly Stand[] {
  if (cell === undefined) return [];
  const keys = [
    "any",
    ...conjuncts.flatMap((conjunct) => {
      const leaf = singleLeafOf(conjunct);
      return [
        `is ${conjunct.text}`,
        ...(valueKeys(conjunct) ?? []).slice(0, 1),
        ...(leaf === undefined || leaf.isNegated || !["==", "in"].includes(leaf.operator)
          ? []
          : [`about ${leaf.name}`]),
      ];
    }),
  ];
  return [...new Set(keys.flatMap((key) => cell.get(key)?.slice(0, most) ?? []))].slice(0, 4 * most);
}
