import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import { type Field, fieldOf } from "../../../src/core/precedence/field.ts";
import { doContest } from "../../../src/core/precedence/meeting.ts";
import { claimMaker, type Rival, rivalsOf } from "../../../src/core/precedence/rival.ts";
import { contestant, type Draft } from "./build.ts";
import { flavors, runs } from "./tables.ts";

// A field finds contests by host, shape and value. Here each pair is asked as well.
const hosts = ["a.com", "b.com", "x.a.com", "y.a.com", "*.a.com", "*.com", "*", "a.com:80", "a.com:81", "*.a.com:80"];
const uris = ["/x", "/x/*", "/x/*/y", "/x/:id", "/x/:id/y"];
const methods = [["GET"], ["POST"], ["GET", "POST"]];
const addresses = [["10.0.0.1"], ["10.0.0.2"], ["10.0.0.0/24"], ["::1"]];
const vars = [
  ["arg_v", "==", "1"],
  ["arg_v", "==", 1],
  ["arg_v", "==", "01"],
  ["arg_v", "==", "x"],
  ["arg_v", "==", true],
  ["arg_v", "==", null],
  ["arg_w", "==", "1"],
  ["arg_w", "==", "2"],
  ["arg_w", "~=", "2"],
];

const draft: fc.Arbitrary<Omit<Draft, "id">> = fc
  .record(
    {
      hosts: fc.oneof(
        fc.constantFrom(["a.com"], ["a.com", "b.com"], ["*.com"]),
        fc.uniqueArray(fc.constantFrom(...hosts), { minLength: 1, maxLength: hosts.length }),
      ),
      uris: fc.uniqueArray(fc.constantFrom(...uris), { minLength: 1, maxLength: 2 }),
      methods: fc.constantFrom(...methods),
      remote_addrs: fc.constantFrom(...addresses),
      vars: fc.uniqueArray(fc.constantFrom(...vars), { minLength: 1, maxLength: 2 }),
      status: fc.constantFrom(1 as const, 1 as const, 1 as const, 1 as const, 0 as const),
    },
    { requiredKeys: ["uris"] },
  )
  .chain((full) => fc.nat(3).map((dice) => (dice === 0 ? full : { uris: full.uris, ...some(full, dice) })));

describe.each(flavors)("a field under %s", (flavor) => {
  test("holds the contests that each pair of routes has, asked one by one", () => {
    check(24, (field) => {
      for (const { index } of field.rivals) {
        const asked = contestsOf(field, index);
        expect([...field.contestsOf(index)].sort(ascending)).toEqual(asked);
        if (asked.length > 0) expect(field.canMeet(index)).toBe(true);
      }
    });
  });

  test("leaves no route out that a fixed number reaches, be it by way of others", () => {
    fc.assert(
      fc.property(tables(24), fc.uniqueArray(fc.nat(23), { maxLength: 3 }), (drafts, fixed) => {
        const field = fieldIn(
          drafts.map((draft, at) => (fixed.includes(at) ? { ...draft, explicit: 0 } : draft)),
          flavor,
        );
        // A set hands out what is added to it while it is gone through.
        const reached = new Set(fixed);
        for (const rival of reached) for (const other of contestsOf(field, rival)) reached.add(other);
        for (const rival of reached) if (field.canMeet(rival)) expect(field.isNearFixed(rival)).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  test("groups them, and says of each group what it is", () => {
    check(24, (field) => {
      for (const { index } of field.rivals) {
        const grouped = new Set(field.groupsOf(index).flatMap(({ members }) => members));
        grouped.delete(index);
        expect([...grouped].sort(ascending)).toEqual(contestsOf(field, index));
        for (const { kind, members } of field.groupsOf(index)) {
          if (kind !== "clique") continue;
          for (const member of members) {
            expect(contestsOf(field, member)).toEqual(
              expect.arrayContaining(members.filter((other) => other !== member)),
            );
          }
        }
      }
    });
  });

  test("tells in a sweep the highest that an earlier route in contest left behind", () => {
    const left = fc.constantFrom(-Infinity, -2, -1, 0, 1, 2, 3, 4, 5, 6);
    fc.assert(
      fc.property(
        tables(24),
        fc.array(left, { minLength: 24, maxLength: 24 }),
        fc.infiniteStream(fc.nat()),
        (...args) => {
          const [drafts, values, dice] = args;
          const field = fieldIn(drafts, flavor);
          const order = shuffled(field, dice);
          const passed: number[] = [];
          field.sweep(order, (rival, highest) => {
            const earlier = passed.filter((other) => contests(field, rival, other)).map((other) => values[other] ?? 0);
            expect(highest).toBe(Math.max(-Infinity, ...earlier));
            passed.push(rival);
            return values[rival] ?? 0;
          });
          expect(passed).toEqual(order);
        },
      ),
      { numRuns: Math.ceil(runs / 3) },
    );
  });

  function check(size: number, law: (field: Field) => void): void {
    fc.assert(
      fc.property(tables(size), (drafts) => law(fieldIn(drafts, flavor))),
      { numRuns: Math.ceil(runs / 3) },
    );
  }
});

describe("a crowd of 300 shapes on one host", () => {
  const drafts = Array.from({ length: 300 }, (_, at): Omit<Draft, "id"> => ({
    uri: "/x",
    ...(at % 3 === 0 && { methods: ["GET"] }),
    ...(at % 3 === 1 && { methods: ["POST"] }),
    vars: [[`arg_v${at}`, "==", "1"]],
  }));
  const field = fieldIn(drafts, "radixtree_host_uri");

  test("is a group of candidates, all of them", () => {
    expect(field.groupsOf(7)).toEqual([{ kind: "candidates", members: drafts.map((_, at) => at) }]);
    expect(field.groupsOf(8)[0]).toBe(field.groupsOf(7)[0]);
  });

  test("tells in a sweep the highest that an earlier one in contest left behind, however often that rises", () => {
    const left = fc.constantFrom(-Infinity, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const some = fc.array(fc.tuple(fc.nat(13), fc.constantFrom("1", "2"), left), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(some, (rows) => {
        // Of each of fourteen shapes several, so that a shape that is known already holds more than before.
        const field = fieldIn(
          rows.map(([shape, value]) => ({ uri: "/x", vars: [[`arg_v${shape}`, "==", value]] })),
          "radixtree_host_uri",
        );
        const passed: number[] = [];
        field.sweep(
          rows.map((_, at) => at),
          (rival, highest) => {
            const earlier = passed
              .filter((other) => contests(field, rival, other))
              .map((other) => rows[other]?.[2] ?? 0);
            expect(highest).toBe(Math.max(-Infinity, ...earlier));
            passed.push(rival);
            return rows[rival]?.[2] ?? 0;
          },
        );
      }),
      { numRuns: 60 },
    );
  });

  test("still knows who contests with whom", () => {
    for (const rival of [0, 1, 2, 299]) {
      expect([...field.contestsOf(rival)].sort(ascending)).toEqual(contestsOf(field, rival));
    }
  });
});

describe("two routes", () => {
  test.each<[string, RouterFlavor, Omit<Draft, "id">, Omit<Draft, "id">, boolean]>([
    ["on one host can meet", "radixtree_host_uri", { hosts: ["a.com"] }, { hosts: ["a.com", "b.com"] }, true],
    ["on two hosts can't", "radixtree_host_uri", { hosts: ["a.com"] }, { hosts: ["b.com"] }, false],
    [
      "under a wildcard of the other can't, by host",
      "radixtree_host_uri",
      { hosts: ["a.com"] },
      { hosts: ["*.com"] },
      false,
    ],
    ["under a wildcard of the other can", "radixtree_uri", { hosts: ["a.com"] }, { hosts: ["*.com"] }, true],
    ["beside a wildcard of the other can't", "radixtree_uri", { hosts: ["a.com"] }, { hosts: ["*.org"] }, false],
    ["under a wildcard as long as the name can", "radixtree_uri", { hosts: ["a.com"] }, { hosts: ["*a.com"] }, true],
    ["of which one names no host can", "radixtree_uri", { hosts: ["a.com"] }, {}, true],
    ["on one of two ports can", "radixtree_uri", { hosts: ["a.com:80", "a.com:81"] }, { hosts: ["a.com:81"] }, true],
    [
      "of which one is under a wildcard with its second host can",
      "radixtree_uri",
      { hosts: ["x.b.com", "x.a.com"] },
      { hosts: ["*.a.com"] },
      true,
    ],
  ])("%s", (_sentence, flavor, a, b, expected) => {
    const field = fieldIn(
      [
        { uri: "/x", ...a },
        { uri: "/x", ...b },
      ],
      flavor,
    );
    expect([field.canMeet(0), field.canMeet(1)]).toEqual([expected, expected]);
  });
});

test("a route that stands in a group in several ways is there once, and all are in order", () => {
  const twice = { uris: ["/x*", "/x*y"], hosts: ["a.com", "b.com"] };
  const field = fieldIn([twice, twice, twice, { uri: "/x*", hosts: ["*.com"] }], "radixtree_uri");
  const groups = field.rivals.flatMap(({ index }) => field.groupsOf(index).map(({ members }) => members));
  expect(groups.some(({ length }) => length === 3)).toBe(true);
  for (const members of groups) expect(members).toEqual([...new Set(members)].sort(ascending));
});

test("routes on one host each meet those above and beneath, however far", () => {
  const named = ["*", "*om", "*.com", "*bb.com", "*.bb.com", "*.a.com", "*.x.a.com", "*.com:80"];
  const exact = ["a.com", "x.bb.com", "x.a.com", "y.x.a.com", "a.com:80", "a.com:81", "b.org"];
  const drafts = [{}, ...[...exact, ...named].map((host) => ({ hosts: [host] }))].map((draft) => ({
    uri: "/x",
    ...draft,
  }));
  for (const table of [drafts, drafts.toReversed()]) {
    const field = fieldIn(table, "radixtree_uri");
    for (const { index } of field.rivals) {
      expect([...field.contestsOf(index)].sort(ascending)).toEqual(contestsOf(field, index));
    }
  }
});

test("who is the same number to a third need not be the same to each other", () => {
  const field = fieldIn(
    [1, "1", "01", "1"].map((value) => ({ uri: "/x", vars: [["arg_v", "==", value]] })),
    "radixtree_host_uri",
  );
  const groupsOf = (rival: number) => field.groupsOf(rival).map(({ kind, members }) => [kind, ...members]);
  expect(groupsOf(0)).toEqual([
    ["contests", 0],
    ["contests", 1, 2, 3],
  ]);
  expect(groupsOf(1)).toEqual([
    ["contests", 0],
    ["clique", 1, 3],
  ]);
});

test("the port of one host is not that of another", () => {
  const field = fieldIn(
    [
      { uri: "/x", hosts: ["a.com:80", "b.com:81"] },
      { uri: "/x", hosts: ["a.com:81", "b.com:80"] },
    ],
    "radixtree_uri",
  );
  expect([field.contestsOf(0), field.contestsOf(1)]).toEqual([[], []]);
});

test("routes of many buckets meet in each as if there were no other", () => {
  const field = fieldIn(
    [
      { uris: ["/a/*", "/b/*", "/c/*"], hosts: ["a.com"] },
      { uris: ["/a/*", "/b/*"], hosts: ["b.com"] },
      { uris: ["/c/*"], hosts: ["a.com", "c.com"] },
    ],
    "radixtree_host_uri",
  );
  expect([0, 1, 2].map((rival) => field.contestsOf(rival))).toEqual([[2], [], [0]]);
});

test("a fixed number is near only to those that share a place with its route, step by step", () => {
  const on = (uris: readonly string[], explicit?: number) => ({
    uris,
    hosts: ["a.com"],
    ...(explicit !== undefined && { explicit }),
  });
  const field = fieldIn(
    [on(["/a/*"], 7), on(["/a/*", "/b/*"]), on(["/b/*"]), on(["/c/*"]), on(["/c/*"])],
    "radixtree_host_uri",
  );
  expect(field.rivals.map(({ index }) => field.isNearFixed(index))).toEqual([true, true, true, false, false]);
});

/** Some hosts or paths are many routes', so that they meet. */
function tables(size: number): fc.Arbitrary<readonly Omit<Draft, "id">[]> {
  return fc.array(draft, { minLength: size, maxLength: size });
}

function some(draft: Omit<Draft, "id">, dice: number): Omit<Draft, "id"> {
  const { hosts, methods, vars } = draft;
  return {
    ...(dice !== 1 && hosts !== undefined && { hosts }),
    ...(dice !== 2 && vars !== undefined && { vars }),
    ...(dice === 3 && methods !== undefined && { methods }),
  };
}

function fieldIn(drafts: readonly Omit<Draft, "id">[], flavor: RouterFlavor): Field {
  const claimOf = claimMaker(flavor, { keepsNumbers: true });
  const ids = drafts.map((_, at) => String(at).padStart(4, "0"));
  return fieldOf(
    rivalsOf(drafts.map((draft, at) => claimOf(contestant({ ...draft, id: ids[at] ?? "" }), undefined))),
    flavor,
  );
}

function contestsOf(field: Field, rival: number): readonly number[] {
  return field.rivals.map(({ index }) => index).filter((other) => other !== rival && contests(field, rival, other));
}

function contests({ rivals, flavor }: Field, a: number, b: number): boolean {
  const [left, right]: readonly (Rival | undefined)[] = [rivals[a], rivals[b]];
  return left !== undefined && right !== undefined && doContest(left.match, right.match, flavor);
}

function shuffled({ rivals }: Field, dice: IterableIterator<number>): readonly number[] {
  const keyed = rivals.map(({ index }) => ({ index, key: dice.next().value ?? 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ index }) => index);
}

function ascending(a: number, b: number): number {
  return a - b;
}
