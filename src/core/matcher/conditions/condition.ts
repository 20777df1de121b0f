import type { AdminRoute } from "../../model/index.ts";
import { textOf } from "../bytes.ts";
import { acceptsHost, comparesRawHost, compileHost } from "../host.ts";
import { addressSetOf, badAddressIn, containsAddress } from "../ip.ts";
import { compileFilterFunction } from "../lua-function/index.ts";
import type { RouterRequest } from "../request/request.ts";
import type { RouterRules } from "../rules.ts";
import { evaluate } from "./evaluate.ts";
import { compileVars, type Expression } from "./expression.ts";
import type { Truth } from "./truth.ts";
import { decidingPartOf } from "./why-not.ts";

export type ConditionKind = "methods" | "remoteAddrs" | "hosts" | "vars" | "filterFunc";

/** One thing that a route demands of a request beside its path (and, in the host router, its host). */
export interface Condition {
  readonly kind: ConditionKind;
  /** Throws LuaError where the gateway raises an error. */
  readonly test: (request: RouterRequest) => Truth;
  /** What the condition says and what it saw, where it did not simply hold. */
  readonly explain: (request: RouterRequest, outcome: Truth) => ConditionReport;
}

export interface ConditionReport {
  /** Where in the route, in the Admin API's names: `methods`, `vars[0]`. */
  readonly place: string;
  readonly demands: string;
  readonly saw: string;
}

export type CompiledConditions =
  | { readonly kind: "conditions"; readonly conditions: readonly Condition[] }
  /** The data plane drops such a route, or it never got in. */
  | { readonly kind: "dropped"; readonly problem: string }
  /** Building the router raises an error, for every request of the gateway. */
  | { readonly kind: "breaksRouter"; readonly problem: string };

/**
 * In the order in which they are tried. `hosts`: only in the uri routers, where hosts are a condition.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, common_route_data and match_route_opts.
 */
export function compileConditions(
  route: AdminRoute,
  hosts: readonly string[] | undefined,
  rules: RouterRules,
): CompiledConditions {
  const conditions: Condition[] = [];
  if (route.methods !== undefined && route.methods.length > 0) conditions.push(methodsCondition(route.methods));
  const addresses = route.remote_addrs ?? (route.remote_addr === undefined ? undefined : [route.remote_addr]);
  if (addresses !== undefined) {
    const condition = addressesCondition(addresses);
    if (condition === undefined) {
      return { kind: "breaksRouter", problem: `invalid IP address: ${badAddressIn(addresses) ?? ""}` };
    }
    conditions.push(condition);
  }
  if (hosts !== undefined && hosts.length > 0) conditions.push(hostsCondition(hosts, rules));
  const vars = compileVars(route.vars ?? []);
  if (vars.kind === "invalid") return { kind: "dropped", problem: `invalid vars: ${vars.problem}` };
  if (vars.kind === "expression") conditions.push(varsCondition(vars.expression));
  if (route.filter_func !== undefined) conditions.push(filterCondition(route.filter_func));
  return { kind: "conditions", conditions: conditions.length === 0 ? noConditions : conditions };
}

/** One for all routes without any: a large table stays small, and what a match reads most stays in reach. */
const noConditions: readonly Condition[] = [];

const routableMethods = new Set([
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "HEAD",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "PURGE",
]);

/** A few sets of methods serve all routes: one condition for each keeps a large table small. */
const knownMethods = new Map<string, Condition>();

function methodsCondition(methods: readonly string[]): Condition {
  const key = methods.join(" ");
  const known = knownMethods.get(key) ?? newMethodsCondition(methods);
  if (knownMethods.size < 1000) knownMethods.set(key, known);
  return known;
}

function newMethodsCondition(methods: readonly string[]): Condition {
  const accepted = new Set(methods.filter((method) => routableMethods.has(method)));
  return {
    kind: "methods",
    test: (request) => accepted.has(request.method),
    explain: (request) => ({ place: "methods", demands: methods.join(", "), saw: request.method }),
  };
}

function addressesCondition(addresses: readonly string[]): Condition | undefined {
  const set = addressSetOf(addresses);
  if (set === undefined) return undefined;
  return {
    kind: "remoteAddrs",
    test: (request) => containsAddress(set, request.remoteAddr),
    explain: (request) => ({ place: "remote_addrs", demands: addresses.join(", "), saw: request.remoteAddr }),
  };
}

function hostsCondition(hosts: readonly string[], rules: RouterRules): Condition {
  const patterns = hosts.map((host) => {
    const pattern = compileHost(host);
    return { pattern, isRaw: rules.portMeansRawHost && comparesRawHost(pattern) };
  });
  return {
    kind: "hosts",
    test: (request) =>
      patterns.some(({ pattern, isRaw }) =>
        acceptsHost(pattern, isRaw ? (request.rawHost ?? request.host) : request.host),
      ),
    explain: (request) => ({
      place: "hosts",
      demands: hosts.join(", "),
      saw: textOf(patterns.some(({ isRaw }) => isRaw) ? (request.rawHost ?? request.host) : request.host),
    }),
  };
}

function varsCondition(expression: Expression): Condition {
  return {
    kind: "vars",
    test: (request) => evaluate(expression, request),
    explain: (request, outcome) => {
      const { place, text, saw } = decidingPartOf(expression, request, outcome);
      return { place, demands: text, saw };
    },
  };
}

function filterCondition(source: string): Condition {
  const filter = compileFilterFunction(source);
  return {
    kind: "filterFunc",
    test: (request) => filter(request),
    explain: (_request, outcome) => ({
      place: "filter_func",
      demands: source,
      saw: outcome === undefined ? "a function beyond what this model knows" : "it refused",
    }),
  };
}
