import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { routerFlavors } from "../../../src/core/model/index.ts";
import { normaliseRequest, tableOf, traceMatch } from "../../../src/core/matcher/index.ts";
import { rawRequestOf, routesInLoadOrder, type RoutingCase } from "../../../src/cli/corpus/routing-case.ts";
import { runRoutingOnMatcher } from "../../../src/cli/corpus/routing.ts";

// What a real APISIX 3.18.0 answered (test/corpus/README.md): winner, status, seen, via and params of every request.
const casesOf = (router: string): readonly RoutingCase[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../corpus/routing-${router}.json`), "utf8"));

describe.each(routerFlavors)("%s", (router) => {
  const cases = casesOf(router);

  test("every recorded request is answered as the gateway answered", () => {
    const { passed, misses } = runRoutingOnMatcher(cases);
    expect(
      misses.map((miss) => `${miss.case.name}: ${JSON.stringify(miss.request)}: ${miss.differences.join("; ")}`),
    ).toEqual([]);
    expect(passed).toBeGreaterThan(9000);
  });

  test("a wrong record is a miss that names the request and the rule that decided", () => {
    const [first] = cases;
    const [request] = first?.requests ?? [];
    if (first === undefined || request === undefined) throw new Error("an empty corpus");
    const { misses } = runRoutingOnMatcher([{ ...first, requests: [{ ...request, winner: "nobody" }] }]);
    expect(misses).toMatchObject(
      [
        {
          request: { uri: "/shop/cart" },
          differences: ['winner: "exact", recorded "nobody"'],
          answer: { because: /exact path/ },
        },
      ].map((miss) => ({ ...miss, answer: { because: expect.stringMatching(miss.answer.because) } })),
    );
  });

  test("every trace ends at the recorded winner, and everyone before it was passed over for a reason", () => {
    for (const routingCase of cases) {
      if (routingCase.globalRule === false) continue; // the match cache may answer with an older winner
      const table = tableOf(
        { flavor: router },
        { routes: routesInLoadOrder(routingCase), services: routingCase.services },
      );
      for (const recorded of routingCase.requests) {
        const normalised = normaliseRequest(rawRequestOf(recorded));
        if (normalised.kind === "refused") continue;
        const { result, steps } = traceMatch(table, normalised.request);
        const last = steps.at(-1);
        expect(result.kind === "matched" ? last?.routeId : null).toBe(recorded.winner);
        expect(last?.outcome === "won").toBe(result.kind === "matched");
        for (const step of steps) expect(step.reason === undefined).toBe(step.outcome === "won");
      }
    }
  });
});
