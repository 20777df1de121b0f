import { type Changes, patched } from "../changes/index.ts";
import { type RouterFlavor, compareText } from "../model/index.ts";
import type { HostEntry, PathEntry } from "../precedence/index.ts";
import { makeAudience } from "./audience.ts";
import type { Conjunct } from "./conjuncts.ts";
import { isList } from "./conjuncts.ts";
import { singleLeafOf } from "./cover.ts";
import type { Entrant } from "./entrant.ts";
import { type HostList, ListIndex, compareLists, listKey, namesTaking } from "./host-lists.ts";

/** A path of a route, as it stands in a bucket. */
export interface Stand {
  readonly entrant: Entrant;
  readonly path: PathEntry;
  /** Length of the uri in bytes: between equal priorities the longer text stands first (from APISIX 3.9 on). */
  readonly textLength: number;
}

/** What stands under one list of hosts in one bucket, by what a request must bring. */
type Cell = ReadonlyMap<string, readonly Stand[]>;

/** The router's buckets, laid out so that the few routes that could hide another are found without asking all. */
export interface Shelf {
  /** Takes in what changed; the routes for which another answer may be right than before, those that came included. */
  readonly update: (changes: Changes<Entrant>) => Iterable<Entrant>;
  /** Stands of the bucket under this list of hosts that could hide a route with these conditions, the widest first. */
  readonly candidates: (hosts: HostList, bucket: string, conjuncts: readonly Conjunct[]) => readonly Stand[];
  /** Lists that name this host (as written), in this bucket; none where these are too many to look at. */
  readonly listsNaming: (host: string, bucket: string) => readonly HostList[];
  /** Those hosts of a list that another list takes, too; and under which names, as the routes write them. */
  readonly sharedHosts: (hosts: HostList) => ReadonlyMap<HostEntry, readonly string[]>;
}

/** How many stands are looked at per question. Where the answer would need more, rules stay silent. */
const most = 32;

export function makeShelf(flavor: RouterFlavor): Shelf {
  const cells = new Map<string, Map<HostList, Map<string, readonly Stand[]>>>();
  const standsOf = new Map<Entrant, readonly Stand[]>();
  const lists = new ListIndex();
  const audience = makeAudience(flavor);
  const shared = new Map<HostList, ReadonlyMap<HostEntry, readonly string[]>>();
  return {
    update,
    candidates: (hosts, bucket, conjuncts) => candidatesIn(cells.get(bucket)?.get(hosts), conjuncts),
    listsNaming: (host, bucket) => {
      const byHosts = cells.get(bucket);
      const naming = lists.naming(host);
      if (byHosts === undefined || naming === undefined) return [];
      const [few, many] = naming.size < byHosts.size ? [naming, byHosts] : [new Set(byHosts.keys()), naming];
      if (few.size > 8 * most) return [];
      return [...few]
        .filter((list) => many.has(list))
        .sort(compareLists)
        .slice(0, most);
    },
    sharedHosts: (hosts) => {
      const known = shared.get(hosts) ?? sharedHostsOf(hosts, lists, flavor);
      shared.set(hosts, known);
      return known;
    },
  };

  function update({ gone, come }: Changes<Entrant>): Iterable<Entrant> {
    const drafts = new Map<string, CellChange>();
    const gonePlaces = gone.map((entrant) => leave(entrant, drafts));
    const comePlaces = come.map((entrant) => enter(entrant, drafts));
    for (const { bucket, hosts, key, changes } of drafts.values()) settle(bucket, hosts, key, changes);
    if (gonePlaces.includes("with its hosts") || comePlaces.includes("with its hosts")) shared.clear();
    audience.update({ gone, come });
    return audience.of([
      ...gone.map(({ match }, at) => ({ match, isWithHosts: gonePlaces[at] === "with its hosts" })),
      ...come.map(({ match }, at) => ({ match, isWithHosts: comePlaces[at] === "with its hosts" })),
    ]);
  }

  /** Whether the list of its hosts came with it. */
  function enter(entrant: Entrant, drafts: Map<string, CellChange>): Move {
    const { hosts, paths } = entrant.match;
    if (entrant.route.filter_func !== undefined) return "alone"; // nobody knows whom it lets pass, so it hides nobody
    const stands = paths.map((path): Stand => ({ entrant, path, textLength: Buffer.byteLength(path.uri) }));
    standsOf.set(entrant, stands);
    for (const stand of stands) note(drafts, stand, ({ come }) => come);
    return lists.enter(hosts) ? "with its hosts" : "alone";
  }

  function leave(entrant: Entrant, drafts: Map<string, CellChange>): Move {
    const stands = standsOf.get(entrant);
    if (stands === undefined) return "alone";
    standsOf.delete(entrant);
    for (const stand of stands) note(drafts, stand, ({ gone }) => gone);
    return lists.leave(entrant.match.hosts) ? "with its hosts" : "alone";
  }

  function settle(bucket: string, hosts: HostList, key: string, changes: Changes<Stand>): void {
    const byHosts = cells.get(bucket) ?? new Map<HostList, Map<string, readonly Stand[]>>();
    const cell = byHosts.get(hosts) ?? new Map<string, readonly Stand[]>();
    const stands = patched(cell.get(key) ?? [], changes, widestFirst);
    if (stands.length > 0) cells.set(bucket, byHosts.set(hosts, cell.set(key, stands)));
    else if (cell.delete(key) && cell.size === 0 && byHosts.delete(hosts) && byHosts.size === 0) cells.delete(bucket);
  }
}

type Move = "alone" | "with its hosts";

/** What happens to one list of stands. */
interface CellChange {
  readonly bucket: string;
  readonly hosts: HostList;
  readonly key: string;
  readonly changes: { readonly gone: Stand[]; readonly come: Stand[] };
}

function note(drafts: Map<string, CellChange>, stand: Stand, where: (changes: CellChange["changes"]) => Stand[]): void {
  const { bucket } = stand.path;
  const { hosts } = stand.entrant.match;
  for (const key of keysOf(stand.entrant.conjuncts)) {
    const name = `${bucket}\n${listKey(hosts)}\n${key}`;
    const draft = drafts.get(name) ?? { bucket, hosts, key, changes: { gone: [], come: [] } };
    drafts.set(name, draft);
    where(draft.changes).push(stand);
  }
}

function sharedHostsOf(
  hosts: HostList,
  lists: ListIndex,
  flavor: RouterFlavor,
): ReadonlyMap<HostEntry, readonly string[]> {
  const isElsewhere = (text: string) => {
    const naming = lists.naming(text);
    return naming !== undefined && (naming.size > 1 || !naming.has(hosts));
  };
  return new Map(
    hosts.flatMap((host): [HostEntry, readonly string[]][] => {
      const names = namesTaking(host, flavor).filter(isElsewhere);
      return names.length === 0 ? [] : [[host, names]];
    }),
  );
}

/** Without conditions, with few, any method, any address: the likelier to hide others. */
function widestFirst(a: Stand, b: Stand): number {
  return (
    narrowness(a) - narrowness(b) ||
    b.entrant.number - a.entrant.number ||
    compareText(a.entrant.id, b.entrant.id) ||
    compareText(a.path.uri, b.path.uri)
  );
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
