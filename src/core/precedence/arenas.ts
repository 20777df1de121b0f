import type { RouterFlavor } from "../model/index.ts";
import type { HostSet } from "./host-set.ts";
import type { Match } from "./rival.ts";

/**
 * Who may meet whom, coarsely and for good: routes with a path in one bucket, under hosts of which, step by step, one
 * shares a name with the next. What happens among some is nothing to the rest, so a change is worked out around it alone.
 */
export interface Arenas<Member> {
  /** Linear in the paths of the route and, for hosts not seen before, in these. */
  readonly enter: (member: Member, match: Match) => void;
  /** The others that it might have met, one for each place it leaves. */
  readonly leave: (member: Member, match: Match) => readonly Member[];
  readonly isAlone: (match: Match) => boolean;
  /** These and all that they may meet, step by step. Linear in what comes out. */
  readonly around: (members: Iterable<Member>) => ReadonlySet<Member>;
}

/** By bucket. */
type Ground<Member> = Map<string, Member[]>;

export function makeArenas<Member>(flavor: RouterFlavor, matchOf: (member: Member) => Match): Arenas<Member> {
  const groundOf = flavor === "radixtree_host_uri" ? groundsByHost<Member>() : everywhere<Member>();
  return { enter, leave, isAlone, around };

  function enter(member: Member, { hosts, paths }: Match): void {
    if (hosts.length === 0) return;
    const ground = groundOf(hosts);
    for (const { bucket } of paths) {
      const arena = ground.get(bucket);
      if (arena === undefined) ground.set(bucket, [member]);
      else if (arena.at(-1) !== member) arena.push(member);
    }
  }

  function leave(member: Member, match: Match): readonly Member[] {
    const ground = groundOf(match.hosts);
    return match.paths.flatMap(({ bucket }) => {
      const arena = ground.get(bucket) ?? [];
      const place = arena.indexOf(member);
      if (place < 0) return [];
      arena.splice(place, 1);
      if (arena.length === 0) ground.delete(bucket);
      return arena.slice(0, 1);
    });
  }

  function isAlone({ hosts, paths }: Match): boolean {
    if (hosts.length === 0) return true;
    const ground = groundOf(hosts);
    return paths.every(({ bucket }) => ground.get(bucket)?.length === 1);
  }

  function around(members: Iterable<Member>): ReadonlySet<Member> {
    const found = new Set(members);
    const seen = new Set<readonly Member[]>();
    // A set hands out what is added to it while it is gone through.
    for (const member of found) {
      const { hosts, paths } = matchOf(member);
      if (hosts.length === 0) continue;
      const ground = groundOf(hosts);
      for (const { bucket } of paths) {
        const arena = ground.get(bucket);
        if (arena === undefined || arena.length === 1 || seen.has(arena)) continue;
        seen.add(arena);
        for (const other of arena) found.add(other);
      }
    }
    return found;
  }
}

/** In the uri routers any hosts may meet: which do is asked later. */
function everywhere<Member>(): (hosts: HostSet["hosts"]) => Ground<Member> {
  const ground: Ground<Member> = new Map();
  return () => ground;
}

/** Under the host router only equal hosts meet: sets that share one are on one ground, and stay there. */
function groundsByHost<Member>(): (hosts: HostSet["hosts"]) => Ground<Member> {
  const bySet = new Map<HostSet["hosts"], Slot<Member>>();
  const byHost = new Map<string, Slot<Member>>();
  return (hosts) => {
    const known = bySet.get(hosts);
    if (known !== undefined) return rootOf(known).ground;
    let slot: Slot<Member> = { ground: new Map(), into: undefined };
    for (const { key } of hosts) {
      const other = byHost.get(key);
      if (other === undefined) byHost.set(key, slot);
      else slot = united(rootOf(slot), rootOf(other));
    }
    bySet.set(hosts, slot);
    return slot.ground;
  };
}

interface Slot<Member> {
  readonly ground: Ground<Member>;
  /** Where it went when two became one. */
  into: Slot<Member> | undefined;
}

function rootOf<Member>(slot: Slot<Member>): Slot<Member> {
  let root = slot;
  while (root.into !== undefined) root = root.into;
  if (slot !== root) slot.into = root;
  return root;
}

function united<Member>(a: Slot<Member>, b: Slot<Member>): Slot<Member> {
  if (a === b) return a;
  const [large, small] = a.ground.size >= b.ground.size ? [a, b] : [b, a];
  for (const [bucket, members] of small.ground) {
    const known = large.ground.get(bucket);
    if (known === undefined) large.ground.set(bucket, members);
    else for (const member of members) known.push(member);
  }
  small.into = large;
  return large;
}
