import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { match, type RouterRequest, type RouteTable, traceMatch } from "../../../src/core/matcher/index.ts";
import type { Priorities, PriorityFinding, RouterFlavor, StandingPriority } from "../../../src/core/model/index.ts";
import { contests, prioritize } from "../../../src/core/precedence/index.ts";
import { contestant } from "./build.ts";
import { gatewayOf, type MatcherDraft, matcherRequests, matcherTables } from "./matcher-tables.ts";
import { compareHosts, comparePaths, type Reading, readingOf, type Stand, writtenOn } from "./reading.ts";
import { flavors } from "./tables.ts";

// The numbers that are filled in, as the gateway's own rules of matching make of them.
const runs = Number(process.env["FC_RUNS"] ?? 25);

const standings: fc.Arbitrary<readonly (Standing | undefined)[]> = fc.array(
  fc.option(
    fc.record({
      priority: fc.constantFrom(-100, 0, 50, 100, 200),
      source: fc.constantFrom("Specificity", "Default", "Explicit", undefined),
      isOtherMatch: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
    }),
    { nil: undefined },
  ),
  { minLength: 6, maxLength: 6 },
);

interface Standing extends Omit<StandingPriority, "route"> {
  readonly isOtherMatch: boolean;
}

describe.each(flavors)("on the real matcher under %s", (flavor) => {
  const small = matcherTables({ routes: 5, hosts: 1, uris: 1 });
  const large = matcherTables({ routes: 6, hosts: 3, uris: 2 });

  test.each([
    ["small", small],
    ["large", large],
  ])("half of the %s tables hold contests", (_size, tables) => {
    const sample = fc.sample(tables, { numRuns: 100, seed: 1 });
    const contested = sample.filter((drafts) => pairsOf(drafts).some(([a, b]) => contests(a, b, flavor)));
    expect(contested.length).toBeGreaterThan(50);
  });

  test("no request's winner depends on the load order, in a thousand of them, but for ties and full ranges", () => {
    check(fc.tuple(large, standings, fc.infiniteStream(fc.nat())), ([drafts, stands, dice]) => {
      const filled = fill(drafts, standingOf(drafts, stands), flavor);
      const requests = openRequests(drafts, filled, flavor);
      const winners = requests.map(() => new Set<string | undefined>());
      for (const order of [drafts, drafts.toReversed(), ...ordersOf(drafts, dice)]) {
        const gateway = gatewayOf(order, filled, flavor);
        for (const [at, request] of requests.entries()) winners[at]?.add(winnerOf(gateway, request));
      }
      for (const found of winners) for (const [a, b] of pairsOf([...found])) expectNamed(drafts, filled, a, b);
    });
  });

  test("of two routes that a request finds in one bucket, the one answers that stands above by the rules", () => {
    check(fc.tuple(small, standings), ([drafts, stands]) => {
      const standing = standingOf(drafts, stands);
      const filled = fill(drafts, standing, flavor);
      for (const { a, b, request } of contestsAmong(drafts, filled, flavor)) {
        if (isNamed(filled, a.id, b.id)) continue;
        const [mine, theirs] = [a, b].map((draft) => standOf(draft, request, standing, flavor));
        if (mine === undefined || theirs === undefined) throw new Error("a contest");
        const reading = readingOf(mine, theirs);
        expectWinner(drafts, filled, { a, b, request, reading, flavor });
      }
    });
  });

  test("the same holds for the host and path that fit a request best, where there are several", () => {
    check(large, (drafts) => {
      const filled = fill(drafts, new Map(), flavor);
      for (const { a, b, request } of contestsAmong(drafts, filled, flavor)) {
        if (isNamed(filled, a.id, b.id)) continue;
        const [mine, theirs] = [a, b].map((draft) => standOf(draft, request, new Map(), flavor));
        if (mine === undefined || theirs === undefined) throw new Error("a contest");
        const reading = readingOf(mine, theirs);
        // Rule 4 looks at more than this request.
        if (reading.rule === "rest") continue;
        expectWinner(drafts, filled, { a, b, request, reading, flavor });
      }
    });
  });
});

test("the tables hold contests that each kind of rule decides", () => {
  const kinds = { numbers: 0, specificity: 0, rest: 0 };
  for (const drafts of fc.sample(matcherTables({ routes: 5, hosts: 1, uris: 1 }), { numRuns: 60, seed: 1 })) {
    const filled = fill(drafts, new Map(), "radixtree_uri");
    for (const { a, b, request } of contestsAmong(drafts, filled, "radixtree_uri")) {
      const [mine, theirs] = [a, b].map((draft) => standOf(draft, request, new Map(), "radixtree_uri"));
      if (mine !== undefined && theirs !== undefined) kinds[readingOf(mine, theirs).rule]++;
    }
  }
  expect(Math.min(...Object.values(kinds))).toBeGreaterThan(20);
});

interface Contest {
  readonly a: MatcherDraft;
  readonly b: MatcherDraft;
  readonly request: RouterRequest;
}

/** So many of each table's, by chance: with the tables of one run a thousand. */
function ordersOf(
  drafts: readonly MatcherDraft[],
  dice: IterableIterator<number>,
): readonly (readonly MatcherDraft[])[] {
  return Array.from({ length: 40 }, () => {
    const keyed = drafts.map((draft) => ({ draft, key: dice.next().value ?? 0 }));
    return keyed.sort((a, b) => a.key - b.key).map(({ draft }) => draft);
  });
}

/** Of all requests those that several routes take; of those with one host and path that the same routes take, one. */
function openRequests(
  drafts: readonly MatcherDraft[],
  filled: Priorities,
  flavor: RouterFlavor,
): readonly RouterRequest[] {
  const alone = drafts.map((draft) => gatewayOf([draft], filled, flavor));
  const open = new Map<string, RouterRequest>();
  for (const request of matcherRequests) {
    const takers = alone.map((gateway) => winnerOf(gateway, request)).filter((id) => id !== undefined);
    if (takers.length > 1) open.set(`${request.rawHost} ${request.path} ${takers.join()}`, request);
  }
  return [...open.values()];
}

/** Pairs that some request finds in one bucket, with each such request that another pair of entries of theirs decides. */
function* contestsAmong(drafts: readonly MatcherDraft[], filled: Priorities, flavor: RouterFlavor): Generator<Contest> {
  const taken = new Map(
    drafts.map((draft) => {
      const alone = gatewayOf([draft], filled, flavor);
      return [draft, new Set(matcherRequests.filter((request) => winnerOf(alone, request) !== undefined))];
    }),
  );
  for (const [a, b] of pairsOf(drafts)) {
    const [mine, theirs] = [taken.get(a), taken.get(b)];
    const seen = new Set<string>();
    const both = gatewayOf([a, b], filled, flavor);
    for (const request of mine ?? []) {
      const place = `${request.rawHost} ${request.path}`;
      if (theirs?.has(request) !== true || seen.has(place)) continue;
      seen.add(place);
      const by = traceMatch(both, request).runnerUp?.decidedBy;
      if (by === "priority" || by === "text length" || by === "load order") yield { a, b, request };
    }
  }
}

function expectWinner(
  table: readonly MatcherDraft[],
  filled: Priorities,
  { a, b, request, reading, flavor }: Contest & { readonly reading: Reading; readonly flavor: RouterFlavor },
): void {
  if (reading.sign === 0) {
    expectNamed(table, filled, a.id, b.id);
    return;
  }
  const { runnerUp, result } = traceMatch(gatewayOf([a, b], filled, flavor), request);
  const above = reading.sign > 0 ? a : b;
  const winner = result.kind === "matched" ? result.candidate.owner.id : result.kind;
  const told = [table, [...filled.byId.values()].map(({ id, value }) => [id, value]), filled.findings];
  expect([winner, runnerUp?.decidedBy], `${a.id} and ${b.id} by ${reading.rule} in ${JSON.stringify(told)}`).toEqual([
    above.id,
    "priority",
  ]);
}

/** The bucket's host level and key are the same for all of a route's entries there, so the best is a matter of text. */
function standOf(
  draft: MatcherDraft,
  request: RouterRequest,
  standing: ReadonlyMap<string, StandingPriority>,
  flavor: RouterFlavor,
): Stand {
  const none: Priorities = { byId: new Map(), findings: [] };
  const takes = (part: Partial<MatcherDraft>) =>
    winnerOf(gatewayOf([{ ...draft, ...part }], none, flavor), request) !== undefined;
  const hosts = draft.hosts?.filter((host) => takes({ hosts: [host] })) ?? [undefined];
  const uris = (draft.uris ?? []).filter((uri) => takes({ uris: [uri] }));
  const [uri = ""] = uris.toSorted((x, y) => comparePaths(y, x));
  const [host] = hosts.toSorted((x, y) => compareHosts(y, x));
  const stands = standing.get(draft.id);
  return {
    draft,
    host: flavor === "radixtree_host_uri" ? undefined : host,
    uri,
    standing:
      draft.foreign === true ? (draft.explicit ?? 0) : stands?.route.uris === draft.uris ? stands?.priority : undefined,
  };
}

function winnerOf(gateway: RouteTable, request: RouterRequest): string | undefined {
  const result = match(gateway, request);
  if (result.kind === "error" || result.kind === "unknown") throw new Error(`the matcher says ${result.kind}`);
  return result.kind === "matched" ? result.candidate.owner.id : undefined;
}

function standingOf(
  drafts: readonly MatcherDraft[],
  stands: readonly (Standing | undefined)[],
): ReadonlyMap<string, StandingPriority> {
  return new Map(
    drafts.flatMap((draft, at): readonly (readonly [string, StandingPriority])[] => {
      const known = stands[at];
      if (known === undefined || draft.foreign === true) return [];
      const { isOtherMatch, ...rest } = known;
      const { route } = contestant(draft);
      return [[draft.id, { ...rest, route: isOtherMatch ? { ...route, uris: ["/elsewhere"] } : route }]];
    }),
  );
}

function fill(
  drafts: readonly MatcherDraft[],
  standing: ReadonlyMap<string, StandingPriority>,
  flavor: RouterFlavor,
): Priorities {
  return prioritize({ contestants: drafts.map(contestant), standing, flavor });
}

/** A finding that leaves the pair to load order. Of two foreign routes nothing is told. */
function expectNamed(
  drafts: readonly MatcherDraft[],
  filled: Priorities,
  a: string | undefined,
  b: string | undefined,
): void {
  const [mine, theirs] = [drafts.find(({ id }) => id === a), drafts.find(({ id }) => id === b)];
  if (mine === undefined || theirs === undefined) throw new Error("a winner and none");
  if (mine.foreign === true && theirs.foreign === true && writtenOn(mine) === writtenOn(theirs)) return;
  const leftOpen = filled.findings.filter(({ code }) => code === "PriorityTie" || code === "PriorityRangeExhausted");
  const told = JSON.stringify([drafts, [...filled.byId.values()].map(({ id, value }) => [id, value]), filled.findings]);
  expect(
    leftOpen.some((finding) => isAbout(finding, mine.id, theirs.id)),
    `${mine.id} and ${theirs.id} in ${told}`,
  ).toBe(true);
}

/** A finding that excuses the order of the pair. */
function isNamed(filled: Priorities, a: string, b: string): boolean {
  return filled.findings.some((finding) => finding.code !== "AmbiguousMatch" && isAbout(finding, a, b));
}

function isAbout(finding: PriorityFinding, a: string, b: string): boolean {
  const others = "others" in finding ? finding.others : [finding.other];
  return (finding.id === a && others.includes(b)) || (finding.id === b && others.includes(a));
}

function pairsOf<Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] {
  return items.flatMap((a, at) => items.slice(at + 1).map((b) => [a, b] as const));
}

function check<Value>(arbitrary: fc.Arbitrary<Value>, law: (value: Value) => void): void {
  fc.assert(fc.property(arbitrary, law), { numRuns: runs });
}
