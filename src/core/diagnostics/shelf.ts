import type { RouterFlavor } from "../model/index.ts";
import type { HostEntry } from "../precedence/index.ts";
import { type Changed, audienceOf } from "./audience.ts";
import { most } from "./cell.ts";
import type { Conjunct } from "./conjuncts.ts";
import type { Entrant } from "./entrant.ts";
import { type HostList, compareLists, namesTaking } from "./host-lists.ts";
import { Places } from "./places.ts";
import type { Scene } from "./scene.ts";

/** The router's buckets, laid out so that the few routes that could hide another are found without asking all. */
export interface Shelf {
  /** Takes in what changed; the routes for which another answer may be right than before, those that came included. */
  readonly update: (scene: Pick<Scene, "changes" | "entrantById">) => Iterable<Entrant>;
  /** Routes of the bucket under this list of hosts that could hide a route with these conditions, the widest first. */
  readonly candidates: (hosts: HostList, bucket: string, conjuncts: readonly Conjunct[]) => readonly Entrant[];
  /** Lists that name this host (as written), in this bucket; none where these are too many to look at. */
  readonly listsNaming: (host: string, bucket: string) => readonly HostList[];
  /** Those hosts of a list that another list takes, too; and under which names, as the routes write them. */
  readonly sharedHosts: (hosts: HostList) => readonly SharedHost[];
}

export interface SharedHost {
  readonly host: HostEntry;
  readonly names: readonly string[];
}

/** Lists with one host that are asked one by one. */
const mostNaming = 2048;

const noLists: readonly HostList[] = [];

/** So many changes are looked at one by one, however small the table. */
const fewest = 1000;

export function makeShelf(flavor: RouterFlavor): Shelf {
  const places = new Places();
  const shared = new Map<HostList, readonly SharedHost[]>();
  return {
    update,
    candidates: (hosts, bucket, conjuncts) => places.candidates(hosts, bucket, conjuncts),
    listsNaming: (host, bucket) => {
      const naming = places.naming(host);
      if (naming.size > mostNaming) return noLists;
      let there: HostList[] | undefined;
      for (const list of naming) if (places.under(list).has(bucket)) (there ??= []).push(list);
      if (there === undefined || there.length > 8 * most) return noLists;
      return there.length === 1 ? there : there.sort(compareLists).slice(0, most);
    },
    sharedHosts: (hosts) => {
      let known = shared.get(hosts);
      if (known === undefined) shared.set(hosts, (known = sharedHostsOf(hosts)));
      return known;
    },
  };

  function update({ changes, entrantById }: Pick<Scene, "changes" | "entrantById">): Iterable<Entrant> {
    const { gone, come } = changes.entrants;
    const withHosts = new Set<Entrant>();
    for (const entrant of gone) if (places.leave(entrant)) withHosts.add(entrant);
    for (const entrant of come) if (places.enter(entrant)) withHosts.add(entrant);
    if (withHosts.size > 0) shared.clear();
    const count = gone.length + come.length;
    if (come.length === entrantById.size) return come;
    if (count > fewest && 8 * count > entrantById.size) return entrantById.values();
    const changed = [...gone, ...come].map((entrant): Changed => ({
      match: entrant.match,
      isWithHosts: withHosts.has(entrant),
    }));
    return audienceOf(changed, places, flavor);
  }

  function sharedHostsOf(hosts: HostList): readonly SharedHost[] {
    const isElsewhere = (text: string) => {
      const naming = places.naming(text);
      return naming.size > 1 || (naming.size === 1 && !naming.has(hosts));
    };
    return hosts.flatMap((host) => {
      const names = namesTaking(host, flavor).filter(isElsewhere);
      return names.length === 0 ? [] : [{ host, names }];
    });
  }
}
