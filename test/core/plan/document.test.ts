import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AdminKind,
  type GatewayDocument,
  type JsonObject,
  type Step,
  documentLists,
  documentOf,
  emptyDocument,
  isEmptyDocument,
  itemIdOf,
} from "../../../src/core/model/index.ts";
import { documentAfter, nextVersion } from "../../../src/core/plan/index.ts";

function documentOfRoutes(version: number, items: readonly JsonObject[]): GatewayDocument {
  return documentOf((list) => (list === "routes" ? { version, items } : { version: 1, items: [] }));
}

function step(verb: Step["verb"], kind: AdminKind, id: string, body?: object): Step {
  return { index: 0, verb, kind, id, changed: [], waitsFor: [], ...(body !== undefined && { body }) };
}

function routesAfter(document: GatewayDocument, ...steps: readonly Step[]): readonly JsonObject[] {
  return documentAfter(document, steps, () => 9).routes.items;
}

const theirs = { id: "theirs", uri: "/theirs", odd: null, modifiedIndex: 3 };
const ours = { id: "ours", uri: "/ours", modifiedIndex: 4 };

describe("documentAfter", () => {
  const before = documentOfRoutes(5, [theirs, ours]);

  test("an item that changes keeps its place and gets the version as its index", () => {
    const expected = [theirs, { id: "ours", uri: "/new", modifiedIndex: 9 }];
    expect(routesAfter(before, step("update", "routes", "ours", { uri: "/new" }))).toEqual(expected);
  });

  test("a new item comes last, for there the gateway puts it, too", () => {
    const after = routesAfter(before, step("create", "routes", "a", { uri: "/a" }));
    expect(after.map(itemIdOf)).toEqual(["theirs", "ours", "a"]);
  });

  test("one that leaves is gone, and what it does not name stays as it is, to the object", () => {
    const after = routesAfter(before, step("delete", "routes", "ours"));
    expect(after).toEqual([theirs]);
    expect(after[0]).toBe(theirs);
  });

  test("a field without a value is not sent, for the gateway takes null for a wrong type", () => {
    const body = { desc: null, plugins: { a: { b: null, c: [null, { d: null }] } } };
    const [item] = routesAfter(emptyDocument, step("create", "routes", "a", body));
    expect(item).toEqual({ id: "a", plugins: { a: { c: [null, {}] } }, modifiedIndex: 9 });
  });

  test("a list without a step is the same as before, version and all", () => {
    const after = documentAfter(before, [step("create", "services", "s", {})], () => 9);
    expect(after.routes).toBe(before.routes);
    expect(after.services).toEqual({ version: 9, items: [{ id: "s", modifiedIndex: 9 }] });
  });

  test("consumers are known by their names; a credential is an item beside them, and leaves with its consumer", () => {
    const steps = [
      step("create", "consumers", "jack", { username: "jack" }),
      step("create", "credentials", "jack/credentials/one", { plugins: {} }),
      step("create", "consumers", "jackson", { username: "jackson" }),
      step("create", "credentials", "jackson/credentials/one", { plugins: {} }),
    ];
    const filled = documentAfter(emptyDocument, steps, () => 9);
    expect(filled.consumers.items[0]).toEqual({ username: "jack", modifiedIndex: 9 });
    expect(filled.consumers.items[1]).toEqual({ id: "jack/credentials/one", plugins: {}, modifiedIndex: 9 });
    const left = documentAfter(filled, [step("delete", "consumers", "jack")], () => 10);
    expect(left.consumers.items.map(itemIdOf)).toEqual(["jackson", "jackson/credentials/one"]);
  });

  test("a written object is found under its name, a deleted one is not, and all others are as they were", () => {
    const names = ["a", "b", "c", "d"];
    const items = fc.shuffledSubarray(names).map((ids) => ids.map((id) => ({ id, uri: `/${id}`, modifiedIndex: 1 })));
    const change = fc.constantFrom("/x", "/y", undefined);
    const changes = fc.record({ a: change, b: change, c: change, e: change }, { requiredKeys: [] });
    fc.assert(
      fc.property(items, changes, (standing, wanted) => {
        const steps = Object.entries(wanted).map(([id, uri]) =>
          uri === undefined ? step("delete", "routes", id) : step("update", "routes", id, { uri }),
        );
        const after = new Map(
          routesAfter(documentOfRoutes(1, standing), ...steps).map((item) => [itemIdOf(item), item]),
        );
        for (const [id, uri] of Object.entries(wanted))
          expect(after.get(id)).toEqual(uri === undefined ? undefined : { id, uri, modifiedIndex: 9 });
        for (const item of standing) if (!(item.id in wanted)) expect(after.get(item.id)).toBe(item);
        expect(after.size).toBe(
          new Set([...standing.map(({ id }) => id), ...Object.keys(wanted)]).size - deleted(wanted),
        );
      }),
    );
  });
});

function deleted(wanted: Readonly<Record<string, unknown>>): number {
  return Object.values(wanted).filter((uri) => uri === undefined).length;
}

describe("nextVersion", () => {
  test.each([
    ["the clock, where nothing is above it", [1, 2], 100, 100],
    ["above what stands there, where the clock is behind", [100, 50], 70, 101],
    ["above a fraction", [1.5], 0, 2],
    ["above the clock's own second", [100], 100, 101],
  ])("%s", (_sentence, seen, nowMs, expected) => {
    expect(nextVersion(seen, nowMs)).toBe(expected);
  });
});

test("a gateway that was never written to has no version in any list", () => {
  expect(isEmptyDocument(emptyDocument)).toBe(true);
  for (const list of documentLists) {
    const used = documentOf((name) => ({ version: name === list ? 1 : 0, items: [] }));
    expect(isEmptyDocument(used)).toBe(false);
  }
});
