import { describe, expect, test } from "vitest";
import { routerFlavors } from "../../../src/core/model/index.ts";
import { prioritize } from "../../../src/core/precedence/index.ts";
import { contestant } from "./build.ts";

describe.each(routerFlavors)("two routes of one service under %s", (flavor) => {
  const inherits = contestant({ id: "a", uri: "/test*", hosts: ["test1.com", "test2.com"], from: "Service", born: 1 });
  const names = contestant({ id: "b", uri: "/test*", hosts: ["test2.com"], born: 2 });

  test("the one that names its host stands above, whichever came first", () => {
    const { byId, findings } = prioritize({ contestants: [inherits, names], standing: new Map(), flavor });
    expect([...byId.values()]).toEqual([
      {
        id: "a",
        value: 0,
        source: "Specificity",
        reason: "stands below 1 route by fewer hosts",
        outranks: [],
        outrankedBy: [{ id: "b", criterion: "fewer hosts" }],
        outranksCount: 0,
        outrankedByCount: 1,
      },
      {
        id: "b",
        value: 100,
        source: "Specificity",
        reason: "stands above 1 route by fewer hosts",
        outranks: [{ id: "a", criterion: "fewer hosts" }],
        outrankedBy: [],
        outranksCount: 1,
        outrankedByCount: 0,
      },
    ]);
    expect(findings).toEqual([]);
  });

  test("own hosts stand above the same hosts inherited", () => {
    const same = { uri: "/test*", hosts: ["test2.com"] };
    const contestants = [contestant({ id: "a", ...same, from: "Service" }), contestant({ id: "b", ...same })];
    const { byId } = prioritize({ contestants, standing: new Map(), flavor });
    expect([byId.get("a")?.value, byId.get("b")?.value]).toEqual([0, 100]);
    expect(byId.get("b")?.outranks).toEqual([{ id: "a", criterion: "own hosts" }]);
  });
});
