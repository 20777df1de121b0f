import type { Conjunct } from "./conjuncts.ts";
import { type Cell, candidatesIn, withEntrant, withoutEntrant } from "./cell.ts";
import type { Entrant } from "./entrant.ts";
import type { HostList } from "./host-lists.ts";
import { bucketsOf } from "./paths-by-bucket.ts";

const nowhere: ReadonlyMap<string, Cell> = new Map();
const none: ReadonlySet<HostList> = new Set();

/** Where routes stand: under which list of hosts, and there in which bucket. */
export class Places {
  readonly #buckets = new Map<HostList, Map<string, Cell>>();
  /** Lists by their hosts as written. */
  readonly #byText = new Map<string, Set<HostList>>();
  /** Lists by their exact hosts without the port, where there is one. */
  readonly #byName = new Map<string, Set<HostList>>();

  /** Whether the list of its hosts came with it. */
  enter(entrant: Entrant): boolean {
    const { hosts, paths } = entrant.match;
    if (paths.length === 0) return false;
    let buckets = this.#buckets.get(hosts);
    const isNew = buckets === undefined;
    if (buckets === undefined) {
      this.#buckets.set(hosts, (buckets = new Map()));
      for (const { text, name, kind } of hosts) {
        addTo(this.#byText, text, hosts);
        if (kind === "exact" && name !== text) addTo(this.#byName, name, hosts);
      }
    }
    for (const bucket of bucketsOf(entrant.match)) buckets.set(bucket, withEntrant(buckets.get(bucket), entrant));
    return isNew;
  }

  /** Whether the list of its hosts went with it. */
  leave(entrant: Entrant): boolean {
    const { hosts } = entrant.match;
    const buckets = this.#buckets.get(hosts);
    if (buckets === undefined) return false;
    for (const bucket of bucketsOf(entrant.match)) {
      const left = withoutEntrant(buckets.get(bucket), entrant);
      if (left === undefined) buckets.delete(bucket);
      else buckets.set(bucket, left);
    }
    if (buckets.size > 0) return false;
    this.#buckets.delete(hosts);
    for (const { text, name } of hosts) {
      takeFrom(this.#byText, text, hosts);
      takeFrom(this.#byName, name, hosts);
    }
    return true;
  }

  /** Every list of hosts that a route has. */
  lists(): Iterable<HostList> {
    return this.#buckets.keys();
  }

  under(hosts: HostList): ReadonlyMap<string, Cell> {
    return this.#buckets.get(hosts) ?? nowhere;
  }

  /** Those in this bucket that could hide a route with these conditions, the widest first. */
  candidates(hosts: HostList, bucket: string, conjuncts: readonly Conjunct[]): readonly Entrant[] {
    return candidatesIn(this.under(hosts).get(bucket), conjuncts);
  }

  /** Lists with this host, as written. */
  naming(text: string): ReadonlySet<HostList> {
    return this.#byText.get(text) ?? none;
  }

  /** Lists with this exact host and a port behind it. */
  namingWithPort(name: string): ReadonlySet<HostList> {
    return this.#byName.get(name) ?? none;
  }
}

function addTo<Item>(sets: Map<string, Set<Item>>, key: string, item: Item): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([item]));
  else known.add(item);
}

function takeFrom<Item>(sets: Map<string, Set<Item>>, key: string, item: Item): void {
  const known = sets.get(key);
  if (known?.delete(item) === true && known.size === 0) sets.delete(key);
}
