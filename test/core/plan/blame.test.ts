import { describe, expect, test } from "vitest";
import { type DocumentFault, type Step, documentOf } from "../../../src/core/model/index.ts";
import { blamedFor, firstFaultIn } from "../../../src/core/plan/index.ts";

const document = documentOf((list) => ({
  version: 1,
  items: list === "routes" ? [{ id: "theirs" }, { id: "a" }] : list === "consumers" ? [{ username: "jack" }] : [],
}));
const steps: readonly Step[] = (
  [
    ["routes", "a"],
    ["consumers", "jack"],
    ["credentials", "jack/credentials/one"],
  ] as const
).map(([kind, id], index) => ({ index, verb: "create", kind, id, changed: [], waitsFor: [] }));

function fault(list: string, index: number | undefined, id: string | undefined, error = "bad"): DocumentFault {
  return { list, index, id, error };
}

describe("blamedFor", () => {
  const blamed = (...faults: readonly DocumentFault[]) => blamedFor(faults, document, steps);

  test.each([
    ["an item is known by its place", fault("routes", 1, undefined), 0],
    ["its place counts more than what the gateway calls it", fault("routes", 1, ""), 0],
    ["a consumer is known by its name", fault("consumers", 0, "jack"), 1],
    ["a credential stands among the consumers", fault("consumers", undefined, "jack/credentials/one"), 2],
  ])("%s", (_sentence, found, step) => {
    expect([...blamed(found).keys()]).toEqual([step]);
  });

  test("what no step brought is nobody's fault", () => {
    expect(blamed(fault("routes", 0, "theirs"), fault("plugins", undefined, undefined)).size).toBe(0);
  });

  test("the first thing that is said counts", () => {
    const told = blamed(fault("routes", 1, "a", "first"), fault("routes", 1, "a", "second"));
    expect(told.get(0)).toEqual({ message: "first", fault: undefined });
  });
});

test("what is wrong is said with the name of the item or, without one, with its place", () => {
  expect(firstFaultIn([fault("routes", 1, "a"), fault("routes", 0, "b")])).toContain(" routes/a: bad");
  expect(firstFaultIn([fault("routes", 1, undefined)])).toContain(" routes/1: bad");
  expect(firstFaultIn([])).toBeUndefined();
});
