import { describe, expect, test } from "vitest";
import type { DocumentList, JsonObject } from "../../../src/core/model/index.ts";
import { type LeftOut, missingIn, strandedWords } from "../../../src/core/plan/index.ts";

function refused(list: DocumentList, item: JsonObject, message = "no", isOurs = true): LeftOut {
  return { list, item, isOurs, refused: { list, item, message } };
}

function waits(list: DocumentList, item: JsonObject): LeftOut {
  return { list, item, isOurs: true };
}

const a = { id: "a" };
const pending = { state: "skipped", because: "something that must change first could not be written" };

describe("missingIn", () => {
  test("what every instance refuses is said in the gateway's words alone", () => {
    const missing = missingIn([[refused("routes", a)], [refused("routes", a)]]);
    expect(missing).toEqual([
      { kind: "routes", id: "a", outcome: { state: "failed", failure: "rejected", message: "no" } },
    ]);
  });

  test("what some of them refuse is said with how many", () => {
    const [missing] = missingIn([[refused("routes", a, "first")], [refused("routes", a, "second")], []]);
    expect(missing?.outcome).toMatchObject({ message: "first (2 of 3 instances)" });
  });

  test("what one refuses while another lets it wait is refused", () => {
    const [missing, ...others] = missingIn([[waits("routes", a)], [refused("routes", a)]]);
    expect([missing?.outcome.state, others]).toEqual(["failed", []]);
    expect(missingIn([[waits("routes", a)]])).toEqual([{ kind: "routes", id: "a", outcome: pending }]);
  });

  test("a credential is one, though it stands among the consumers", () => {
    const left = [waits("consumers", { id: "jack/credentials/one" }), waits("consumers", { username: "jack" })];
    expect(missingIn([left]).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      "credentials jack/credentials/one",
      "consumers jack",
    ]);
  });

  test("what is not ours, and what no resource can be made into, is not in it", () => {
    expect(missingIn([[refused("routes", a, "no", false), refused("plugins", { id: "x" })]])).toEqual([]);
  });
});

describe("strandedWords", () => {
  test.each([
    ["nobody's name", {}, "routes/a, which is not ours: no"],
    ["another tool", { labels: { "managed-by": "adc" } }, "routes/a, which is not ours but of adc: no"],
    [
      "another instance of this operator",
      { labels: { "managed-by": "apisix-route-operator", instance: "blue" } },
      'routes/a, which is not ours but of this operator\'s instance "blue": no',
    ],
  ])("carries %s", (_whose, more, words) => {
    expect(strandedWords({ list: "routes", item: { ...a, ...more }, message: "no" })).toBe(words);
  });
});
