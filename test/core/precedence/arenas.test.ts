import { describe, expect, test } from "vitest";
import { makeArenas } from "../../../src/core/precedence/arenas.ts";
import { type Match, matchMaker } from "../../../src/core/precedence/rival.ts";
import { type PriorityTable, priorityTable } from "../../../src/core/precedence/table.ts";
import { contestant, type Draft } from "./build.ts";

// Who is looked at again when a route comes, changes or goes: those that may meet it, step by step.
const twice: Draft = { id: "a", uris: ["/x/*/y", "/x/*"], hosts: ["a.com"] };
const once = (id: string, more: Partial<Draft> = {}): Draft => ({ id, uri: "/x/*", hosts: ["a.com"], ...more });

describe.each(["radixtree_host_uri", "radixtree_uri"] as const)("around a change under %s", (flavor) => {
  test("a route that stands twice in a bucket leaves it once, and nobody else with it", () => {
    const table = tableOf(flavor, [twice, once("b"), once("c")]);
    table.remove("a");
    expect(table.settle().worked).toEqual(["b", "c"]);
    put(table, once("b", { methods: ["GET"] }));
    expect(table.settle().worked).toEqual(["b", "c"]);
  });

  test("the last one leaves nothing behind", () => {
    const table = tableOf(flavor, [twice]);
    table.remove("a");
    expect(table.settle()).toMatchObject({ worked: [], findings: [] });
    put(table, once("b"));
    expect(table.settle().byId.get("b")).toMatchObject({ value: 0, source: "Default" });
  });

  test("routes of other buckets are left alone", () => {
    const table = tableOf(flavor, [once("b"), once("c"), once("d", { uri: "/y/*" })]);
    put(table, once("c", { methods: ["GET"] }));
    expect(table.settle().worked).toEqual(["b", "c"]);
  });

  test("a route with a path in both leads from one to the other", () => {
    const table = tableOf(flavor, [
      once("b"),
      { id: "c", uris: ["/x/*", "/y/*"], hosts: ["a.com"] },
      once("d", { uri: "/y/*" }),
    ]);
    put(table, once("b", { methods: ["GET"] }));
    expect(table.settle().worked).toEqual(["b", "c", "d"]);
  });

  test("a route without a host that a request can have meets nobody", () => {
    const table = tableOf(flavor, [once("b"), once("c", { hosts: [] }), once("d")]);
    expect(table.settle().byId.get("c")).toMatchObject({ value: 0, source: "Default", outrankedByCount: 0 });
    put(table, once("c", { hosts: [], methods: ["GET"] }));
    expect(table.settle().worked).toEqual(["c"]);
    put(table, once("b", { methods: ["GET"] }));
    expect(table.settle().worked).toEqual(["b", "d"]);
  });
});

describe.each(["radixtree_host_uri", "radixtree_uri"] as const)("the places of a route under %s", (flavor) => {
  const matchOf = matchMaker(flavor);
  const on = (...uris: readonly string[]) => matchOf({ uris, hosts: ["a.com"] });
  const [both, one, other, again] = [on("/x/*", "/y"), on("/x/*"), on("/y"), on("/x/*", "/x/*/y")];
  const nowhere = matchOf({ uri: "/x/*", hosts: [] });

  test("a route is alone until another enters, and when that has left", () => {
    const arenas = arenasWith({ a: both, b: one });
    expect(arenas.isAlone(both)).toBe(false);
    expect(arenas.leave("b", one)).toEqual(["a"]);
    expect(arenas.isAlone(both)).toBe(true);
  });

  test("it leaves to one other for each place", () => {
    const arenas = arenasWith({ a: one, b: one, c: other, d: other, e: both });
    expect(arenas.leave("e", both)).toEqual(["a", "c"]);
    expect([arenas.isAlone(one), arenas.isAlone(other)]).toEqual([false, false]);
  });

  test("what stands twice in a bucket is still alone there", () => {
    const arenas = arenasWith({ a: again });
    expect(arenas.isAlone(again)).toBe(true);
    expect(arenas.leave("a", again)).toEqual([]);
    const shared = arenasWith({ b: one, a: again });
    expect(shared.leave("b", one)).toEqual(["a"]);
    expect(shared.isAlone(again)).toBe(true);
  });

  test("without a host it is alone, and is nobody's company", () => {
    const arenas = arenasWith({ a: nowhere, b: one, c: one });
    expect(arenas.isAlone(nowhere)).toBe(true);
    expect([...arenas.around(["a"])]).toEqual(["a"]);
    expect([...arenas.around(["b"])]).toEqual(["b", "c"]);
  });

  test("who is around is gone through once, however many they are", () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`r${at}`, both]));
    const begun = Date.now();
    expect(arenasWith(many).around(["r7"]).size).toBe(20_000);
    expect(Date.now() - begun).toBeLessThan(3000);
  });

  function arenasWith(matches: Readonly<Record<string, Match>>) {
    const arenas = makeArenas<string>(flavor, (member) => matches[member] ?? nowhere);
    for (const [member, match] of Object.entries(matches)) arenas.enter(member, match);
    return arenas;
  }
});

test("under the host router hosts that some route names together are one ground", () => {
  const on = (id: string, hosts: readonly string[]) => once(id, { hosts: [...hosts] });
  const table = tableOf("radixtree_host_uri", [on("a", ["a.com"]), on("b", ["b.com"]), on("c", ["c.com"])]);
  put(table, on("d", ["a.com", "b.com"]));
  expect(table.settle().worked).toEqual(["a", "b", "d"]);
  put(table, on("c", ["c.com", "b.com"]));
  expect(table.settle().worked).toEqual(["a", "b", "c", "d"]);
});

test("buckets that only one of two hosts had are still there when the two become one", () => {
  const on = (host: string, uri: string) => once(`${host} ${uri}`, { uri, hosts: [host] });
  const table = tableOf("radixtree_host_uri", [
    on("a.com", "/x/*"),
    on("b.com", "/x/*"),
    on("b.com", "/y/*"),
    on("a.com", "/z/*"),
    on("b.com", "/u/*"),
  ]);
  put(table, { id: "d", uris: ["/y/*", "/z/*"], hosts: ["a.com", "b.com"] });
  expect(table.settle().worked).toEqual(["a.com /z/*", "b.com /y/*", "d"]);
  put(table, { id: "e", uris: ["/x/*"], hosts: ["a.com", "b.com"] });
  expect(table.settle().worked).toEqual(["a.com /x/*", "b.com /x/*", "e"]);
});

function tableOf(flavor: "radixtree_host_uri" | "radixtree_uri", drafts: readonly Draft[]): PriorityTable {
  const table = priorityTable({ flavor });
  for (const draft of drafts) put(table, draft);
  table.settle();
  return table;
}

function put(table: PriorityTable, draft: Draft): void {
  table.put(contestant(draft), undefined);
}
