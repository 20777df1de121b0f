import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explain } from "../../../src/cli/explain/explain.ts";
import {
  gatewayStatus,
  isSettled,
  type ExplainedStep,
  type Explanation,
} from "../../../src/cli/explain/explanation.ts";
import type { NamedRoute, NamedTable } from "../../../src/cli/explain/named-table.ts";
import { rawRequestOf, routesInLoadOrder, type RoutingCase } from "../../../src/cli/corpus/routing-case.ts";
import { match, normaliseRequest, tableOf, type RawRequest } from "../../../src/core/matcher/index.ts";
import { routerFlavors, type AdminRoute, type Json, type RouterFlavor } from "../../../src/core/model/index.ts";

// What a real APISIX 3.18.0 answered (test/corpus/README.md), against what explain says of the same tables and requests.
const casesOf = (router: RouterFlavor): readonly RoutingCase[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../corpus/routing-${router}.json`), "utf8"));

describe.each(routerFlavors)("%s", (router) => {
  // Without global rules the gateway may answer with an older winner out of its match cache, which explain leaves out.
  const cases = casesOf(router).filter(({ globalRule }) => globalRule !== false);

  test("the winner is the recorded one, the trace ends at it, and the status is the gateway's", () => {
    const wrong: string[] = [];
    for (const { recorded, explanation, place } of explained(cases)) {
      const { verdict, steps } = explanation;
      const winner = "winner" in verdict ? verdict.winner : undefined;
      const last = steps.at(-1);
      const isRight =
        (winner?.route.id ?? null) === recorded.winner &&
        (recorded.via === undefined || winner?.uri === recorded.via) &&
        (winner === undefined
          ? last?.outcome !== "won"
          : last?.route.id === recorded.winner && last.outcome === "won") &&
        steps.slice(0, -1).every(({ outcome }) => outcome === "passedOver") &&
        (gatewayStatus(verdict) ?? 200) === recorded.status &&
        (recorded.status === 200 || !isSettled(verdict));
      if (!isRight) wrong.push(`${place}: ${verdict.kind} ${winner?.route.id}, recorded ${recorded.winner}`);
    }
    expect(wrong).toEqual([]);
  });

  test("every reason names a part of its route, and that part alone refuses the request", () => {
    const wrong: string[] = [];
    const places = new Map<string, number>();
    for (const { routingCase, explanation, raw, place } of explained(cases)) {
      for (const step of explanation.steps.filter(({ outcome }) => outcome === "passedOver")) {
        const kind = step.reason?.place.replace(/\[.*/s, "") ?? "none";
        places.set(kind, (places.get(kind) ?? 0) + 1);
        const route = routingCase.routes.find(({ id }) => String(id) === step.route.id);
        const alone = route && onlyThat(route, step, routingCase);
        if (alone === undefined || winnerAmong([alone], router, raw) !== "notFound")
          wrong.push(`${place}: ${step.route.id} ${JSON.stringify(step.reason)}`);
      }
    }
    expect(wrong).toEqual([]);
    // As a guard against a test that looks at nothing: each kind of reason occurs.
    expect([...places.keys()].sort()).toEqual(
      [
        ...(router === "radixtree_host_uri" ? [] : ["hosts"]),
        "filter_func",
        "methods",
        "remote_addrs",
        "uri",
        "vars",
      ].sort(),
    );
  });
});

interface Explained {
  readonly routingCase: RoutingCase;
  readonly recorded: RoutingCase["requests"][number];
  readonly raw: RawRequest;
  readonly explanation: Explanation;
  readonly place: string;
}

function* explained(cases: readonly RoutingCase[]): Generator<Explained> {
  for (const routingCase of cases) {
    const table = namedTable(routingCase);
    for (const recorded of routingCase.requests) {
      const raw = rawRequestOf(recorded);
      const place = `${routingCase.name}: ${recorded.method} ${recorded.uri}`;
      yield { routingCase, recorded, raw, explanation: explain(table, raw), place };
    }
  }
}

function namedTable(routingCase: RoutingCase): Pick<NamedTable, "table" | "routes"> {
  const { router: flavor, services } = routingCase;
  const routes = routesInLoadOrder(routingCase);
  const names = routes.map(({ id, priority = 0 }): [string, NamedRoute] => [
    String(id),
    { id: String(id), ref: undefined, priority: { value: priority, source: "Foreign", reason: "" } },
  ]);
  return { table: tableOf({ flavor }, { routes, services }), routes: new Map(names) };
}

/** A route that takes every request but for the part that the step blames. */
function onlyThat(
  route: AdminRoute,
  { reason, uri }: ExplainedStep,
  { services }: RoutingCase,
): AdminRoute | undefined {
  const place = reason?.place ?? "";
  const open: AdminRoute = { id: "alone", uri: "*" };
  switch (place.replace(/\[.*/s, "")) {
    case "methods":
      return route.methods && { ...open, methods: route.methods };
    case "remote_addrs": {
      const addresses = route.remote_addrs ?? (route.remote_addr === undefined ? undefined : [route.remote_addr]);
      return addresses && { ...open, remote_addrs: addresses };
    }
    case "hosts": {
      const service = services.find(({ id }) => String(id) === String(route.service_id));
      const hosts = route.hosts ?? (route.host === undefined ? service?.hosts : [route.host]);
      return hosts && { ...open, hosts };
    }
    case "vars": {
      const part = partAt(route.vars, place);
      return part === undefined ? undefined : { ...open, vars: isRuleList(part) ? part : [part] };
    }
    case "filter_func":
      return route.filter_func === undefined ? undefined : { ...open, filter_func: route.filter_func };
    case "uri":
      return { id: "alone", uri };
    default:
      return undefined;
  }
}

/** `vars[1][2]` → the third element of the second. */
function partAt(vars: Json | undefined, place: string): Json | undefined {
  let part = vars;
  for (const [, index] of place.matchAll(/\[(\d+)\]/g)) {
    const list: readonly Json[] = Array.isArray(part) ? part : [];
    part = list[Number(index)];
  }
  return part;
}

/** The whole of `vars`, or a group in it, can stand as `vars` of its own; a comparison is the one rule of a list. */
function isRuleList(part: Json): part is readonly Json[] {
  if (!Array.isArray(part)) return false;
  const first: Json = part[0] ?? null;
  return Array.isArray(first) || (typeof first === "string" && /^!?(?:and|or)$/i.test(first));
}

function winnerAmong(routes: readonly AdminRoute[], flavor: RouterFlavor, raw: RawRequest): string {
  const normalised = normaliseRequest(raw);
  return normalised.kind === "refused" ? "refused" : match(tableOf({ flavor }, { routes }), normalised.request).kind;
}
