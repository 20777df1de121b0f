import { describe, expect, test } from "vitest";
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
    const table = tableOf(flavor, [once("b"), once("c", { hosts: [] })]);
    expect(table.settle().byId.get("c")).toMatchObject({ value: 0, source: "Default", outrankedByCount: 0 });
  });
});

test("under the host router hosts that some route names together are one ground", () => {
  const on = (id: string, hosts: readonly string[]) => once(id, { hosts: [...hosts] });
  const table = tableOf("radixtree_host_uri", [on("a", ["a.com"]), on("b", ["b.com"]), on("c", ["c.com"])]);
  put(table, on("d", ["a.com", "b.com"]));
  expect(table.settle().worked).toEqual(["a", "b", "d"]);
  put(table, on("c", ["c.com", "b.com"]));
  expect(table.settle().worked).toEqual(["a", "b", "c", "d"]);
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
