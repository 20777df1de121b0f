import type { RouterRequest } from "../../../src/core/matcher/index.ts";
import { type AdminRoute, adminIdOf, type Diagnostic, type DiagnosticCode } from "../../../src/core/model/index.ts";
import type { Decision } from "../../../src/core/pipeline.ts";
import { answersOf, gatewayAfter, isContested, requestOf, requestsFor, tableWith, winnerOf } from "./brute-force.ts";
import { inheritanceLie, misreadingLie, overridingLie } from "./claims.ts";
import { decisionOf, type Table } from "./tables.ts";

/** What brute force says of a table: findings that are false, and for each code what could have been found. */
export interface Verdict {
  readonly lies: readonly string[];
  readonly recall: ReadonlyMap<DiagnosticCode, { readonly told: number; readonly true: number }>;
}

/** Everything that is known of one table. */
interface Case {
  readonly table: Table;
  readonly decision: Decision;
  readonly routes: readonly AdminRoute[];
  readonly requests: readonly RouterRequest[];
  /** What the gateway answers with all routes, in the order of the ids and in the opposite one. */
  readonly answers: readonly string[];
  readonly reversed: readonly string[];
  /** Route id → for each request, whether the route alone surely takes it. */
  readonly alone: ReadonlyMap<string, readonly boolean[]>;
}

export function verdictOn(table: Table, withRecall: boolean): Verdict {
  const decision = decisionOf(table);
  const routes = gatewayAfter(decision, table);
  const { flavor } = table;
  const all = requestsFor(table);
  // A lie shows in many requests; recall needs them all.
  const requests = withRecall ? all : thinned(all, JSON.stringify(table).length);
  const ordered = routes.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  const alone = routes.map((route): [string, readonly boolean[]] => {
    const single = tableWith(flavor, route);
    return [String(route.id), requests.map((request) => winnerOf(single, request) === route.id)];
  });
  const known: Case = {
    table,
    decision,
    routes,
    requests,
    answers: answersOf(tableWith(flavor, ...ordered), requests),
    reversed: answersOf(tableWith(flavor, ...ordered.toReversed()), requests),
    alone: new Map(alone),
  };
  const lies = decision.diagnostics.flatMap((diagnostic) => {
    const lie = lieIn(diagnostic, known);
    return lie === undefined ? [] : [`${diagnostic.code} on ${diagnostic.object.name}: ${lie}: ${diagnostic.message}`];
  });
  return { lies, recall: withRecall ? recallOf(known) : new Map() };
}

const mostRequests = 500;

/** Evenly spread, beginning somewhere else for each table. */
function thinned(requests: readonly RouterRequest[], seed: number): readonly RouterRequest[] {
  const step = Math.ceil(requests.length / mostRequests);
  return requests.filter((_, index) => (index + seed) % step === 0);
}

function lieIn(diagnostic: Diagnostic, known: Case): string | undefined {
  const id = idOf(diagnostic);
  const { code, field, message } = diagnostic;
  switch (code) {
    case "Shadowed":
      return field === undefined ? shadowLie(id, known) : partLie(diagnostic, id, known);
    case "DuplicateRoute":
      return twinsOf(diagnostic, known).some((twin) => matchesSame(id, twin, known)) ? undefined : "no twin";
    case "NeverMatches":
      return deadLie(diagnostic, id, known);
    case "PriorityHasNoEffect":
      return message.includes("no other route") ? numberLie(id, known) : undefined;
    case "PriorityTie":
    case "AmbiguousMatch":
    case "ForeignContest":
    case "InheritedHostContest":
    case "ContradictoryOrder":
    case "PriorityRangeExhausted":
      return witnessLie(diagnostic, id, known);
    case "HostsInherited":
      return inheritanceLie(diagnostic, known.table);
    case "HostsOverridden":
      return overridingLie(diagnostic, known.table, known.requests);
    case "RouterMismatch":
      return misreadingLie(
        diagnostic,
        known.routes.find((route) => route.id === id)?.uris ?? [],
        known.table,
        known.requests,
      );
    default:
      return undefined;
  }
}

function shadowLie(id: string, { answers, reversed }: Case): string | undefined {
  return answers.includes(id) || reversed.includes(id) ? "it answers something" : undefined;
}

/** A part that nothing reaches can be taken out without changing any answer. */
function partLie(
  { message, field = "" }: Diagnostic,
  id: string,
  { routes, requests, answers, table }: Case,
): string | undefined {
  const [, what = "", names = ""] = /matches (by|on) (.*) is matched first/.exec(message) ?? [];
  const dead = names.split(", ");
  const without = routes.map((route): AdminRoute => {
    if (route.id !== id) return route;
    const left = (what === "by" ? route.uris : route.hosts)?.filter((name) => !dead.includes(name)) ?? [];
    return { ...route, ...(what === "by" ? { uris: left } : { hosts: left }) };
  });
  if (what === "" || !field.startsWith(what === "by" ? "spec.uris[" : "spec.")) return "no part is named";
  const ordered = without.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  const after = answersOf(tableWith(table.flavor, ...ordered), requests);
  const differs = after.findIndex((answer, index) => answer !== answers[index]);
  return differs < 0 ? undefined : `request ${differs} changes hands from ${answers[differs]} to ${after[differs]}`;
}

function deadLie(
  { field = "" }: Diagnostic,
  id: string,
  { routes, requests, table, decision }: Case,
): string | undefined {
  const route = routes.find((other) => other.id === id);
  const [, list = "", index = "0"] = /^spec\.(\w+)(?:\[(\d+)\])?$/.exec(field) ?? [];
  const spec = decision.resolved.objects.GatewayRoute.find(
    ({ manifest }) => adminIdOf({ kind: "GatewayRoute", ...manifest.meta }) === id,
  )?.manifest.spec;
  const host = spec?.hosts?.[Number(index)];
  if (route === undefined) return "no such route";
  const only = {
    ...route,
    ...(list === "uris" && { uris: [route.uris?.[Number(index)] ?? ""] }),
    ...(list === "hosts" && host !== undefined && { hosts: [host] }),
    status: 1,
  };
  return answersOf(tableWith(table.flavor, only), requests).includes(id) ? "it matches something" : undefined;
}

function numberLie(id: string, { routes, requests, answers, table: { flavor } }: Case): string | undefined {
  const ordered = routes.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  for (const priority of [-1000, 1000]) {
    const moved = ordered.map((route) => (route.id === id ? { ...route, priority } : route));
    const after = answersOf(tableWith(flavor, ...moved), requests);
    if (after.some((answer, index) => answer !== answers[index] && answer !== "?" && answers[index] !== "?"))
      return `with ${priority} something changes`;
  }
  return undefined;
}

function witnessLie(diagnostic: Diagnostic, id: string, known: Case): string | undefined {
  const { witness } = diagnostic;
  if (witness === undefined) return "no witness";
  const request = requestOf(witness);
  const route = known.routes.find((other) => other.id === id);
  const rivals = twinsOf(diagnostic, known).flatMap((twin) => known.routes.find((other) => other.id === twin) ?? []);
  if (route === undefined) return "no such route";
  return rivals.some((rival) => isContested(known.table.flavor, route, rival, request))
    ? undefined
    : `the witness ${witness.method} ${witness.host}${witness.uri} is not contested`;
}

function matchesSame(a: string, b: string, { alone }: Case): boolean {
  return JSON.stringify(alone.get(a)) === JSON.stringify(alone.get(b));
}

/** Related routes, and foreign ones that the message names. */
function twinsOf({ related, message }: Diagnostic, { table }: Case): readonly string[] {
  const ids = related.flatMap(({ ref }) =>
    ref.kind === "GatewayRoute" ? [adminIdOf({ ...ref, kind: "GatewayRoute" })] : [],
  );
  return [...ids, ...table.foreign.map(({ name }) => name).filter((name) => message.includes(`"${name}"`))];
}

function idOf({ object }: Diagnostic): string {
  return adminIdOf({ ...object, kind: "GatewayRoute" });
}

function recallOf(known: Case): Verdict["recall"] {
  const { decision, routes, answers, reversed, alone, table } = known;
  const ours = decision.desired.routes.filter(({ body }) => body.status !== 0);
  const told = (code: DiagnosticCode, isMeant: (diagnostic: Diagnostic) => boolean = () => true) =>
    new Set(decision.diagnostics.filter((diagnostic) => diagnostic.code === code && isMeant(diagnostic)).map(idOf));
  const live = ours.filter(({ id, body }) => body.filter_func === undefined && alone.get(id)?.includes(true) === true);
  const count = (ids: readonly string[], found: ReadonlySet<string>) => ({
    told: ids.filter((id) => found.has(id)).length,
    true: ids.length,
  });
  const shadowedIds = live.filter(({ id }) => !answers.includes(id) && !reversed.includes(id)).map(({ id }) => id);
  const deadIds = ours
    .filter(({ id, body }) => body.filter_func === undefined && alone.get(id)?.includes(true) === false)
    .map(({ id }) => id);
  const twinIds = live
    .filter(({ id }) =>
      routes.some((other) => String(other.id) < id && other.status !== 0 && matchesSame(id, String(other.id), known)),
    )
    .map(({ id }) => id);
  const idleIds = live
    .filter(({ id, explicitPriority }) => explicitPriority !== undefined && numberLie(id, known) === undefined)
    .map(({ id }) => id);
  const meets = (id: string, other: AdminRoute) => {
    const route = routes.find((own) => own.id === id);
    return (
      route !== undefined &&
      known.requests.some(
        (request, index) =>
          alone.get(id)?.[index] === true &&
          alone.get(String(other.id))?.[index] === true &&
          isContested(table.flavor, route, other, request),
      )
    );
  };
  const foreign = routes.filter(({ id, status }) => status !== 0 && table.foreign.some(({ name }) => name === id));
  const foreignIds = live.filter(({ id }) => foreign.some((other) => meets(id, other))).map(({ id }) => id);
  const tiedIds = live
    .filter(
      ({ id, explicitPriority }) =>
        explicitPriority !== undefined &&
        live.some(
          (other) =>
            other.id !== id &&
            other.explicitPriority === explicitPriority &&
            meets(id, { ...other.body, id: other.id }),
        ),
    )
    .map(({ id }) => id);
  return new Map<DiagnosticCode, { told: number; true: number }>([
    [
      "Shadowed",
      count(
        shadowedIds,
        told("Shadowed", ({ field }) => field === undefined),
      ),
    ],
    ["NeverMatches", count(deadIds, told("NeverMatches"))],
    [
      "DuplicateRoute",
      count(
        twinIds,
        new Set([
          ...told("DuplicateRoute"),
          ...decision.diagnostics
            .filter(({ code }) => code === "DuplicateRoute")
            .flatMap((diagnostic) => twinsOf(diagnostic, known)),
        ]),
      ),
    ],
    ["PriorityHasNoEffect", count(idleIds, told("PriorityHasNoEffect"))],
    ["ForeignContest", count(foreignIds, told("ForeignContest"))],
    ["PriorityTie", count(tiedIds, told("PriorityTie"))],
  ]);
}
