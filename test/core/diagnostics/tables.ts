import fc from "fast-check";
import { decide, type Decision } from "../../../src/core/pipeline.ts";
import {
  type Json,
  type Observed,
  type ObservedObject,
  type RouterFlavor,
  emptyObserved,
} from "../../../src/core/model/index.ts";
import { gateway, route, service, snapshotOf } from "../../support/manifests.ts";

/** A small gateway: routes and services as people write them, and foreign routes on the gateway. */
export interface Table {
  readonly flavor: RouterFlavor;
  readonly routes: readonly RouteRow[];
  readonly services: Readonly<Record<string, readonly string[] | undefined>>;
  readonly foreign: readonly RouteRow[];
}

export interface RouteRow {
  /** `namespace/name`, or a foreign id. */
  readonly name: string;
  readonly uris: readonly string[];
  readonly hosts?: readonly string[];
  readonly methods?: readonly string[];
  readonly vars?: readonly Json[];
  readonly remoteAddrs?: readonly string[];
  readonly priority?: number;
  readonly serviceRef?: { readonly name: string };
  readonly filterFunc?: string;
  readonly enabled?: boolean;
}

export function decisionOf({ flavor, routes, services, foreign }: Table): Decision {
  const snapshot = snapshotOf(
    ...routes.map(({ name, ...spec }) => route(name, spec)),
    ...Object.entries(services).flatMap(([name, hosts]) =>
      ["shop", "blog"].map((namespace) => service(`${namespace}/${name}`, hosts === undefined ? {} : { hosts })),
    ),
  );
  return decide({ ...snapshot, gateway: gateway("main", { router: flavor }) }, observedOf(foreign), {});
}

function observedOf(foreign: readonly RouteRow[]): Observed {
  return { ...emptyObserved, routes: foreign.map(foreignRoute) };
}

function foreignRoute(row: RouteRow): ObservedObject<"routes"> {
  const { name, uris, hosts, methods, vars, remoteAddrs, priority, filterFunc, enabled } = row;
  return {
    kind: "routes",
    id: name,
    createdIndex: 1,
    modifiedIndex: 1,
    value: {
      id: name,
      uris,
      ...(hosts !== undefined && { hosts }),
      ...(methods !== undefined && { methods }),
      ...(vars !== undefined && { vars }),
      ...(remoteAddrs !== undefined && { remote_addrs: remoteAddrs }),
      ...(priority !== undefined && { priority }),
      ...(filterFunc !== undefined && { filter_func: filterFunc }),
      ...(enabled === false && { status: 0 }),
    },
  };
}

const hosts = ["a.com", "b.a.com", "*.a.com", "*a.com", "*", "b.com", "a.com:9080"];
const uris = [
  "/*",
  "*",
  "/x",
  "/x/*",
  "/x/a",
  "/x*",
  "/x/*/b",
  "/:p",
  "/x/:p",
  "/x/:p/*",
  "/x/*y",
  "//x",
  "/x+y/*",
  "/x/:p/b",
  "/x/**",
  "/x/*/:p",
  "/x/v:p",
  "/{p}",
];
const methodLists = [["GET"], ["POST"], ["GET", "POST"], ["TRACE"], ["POST", "TRACE"]];
const conditions: readonly Json[] = [
  ["arg_v", "==", 1],
  ["arg_v", "==", "1"],
  ["arg_v", "==", "2"],
  ["arg_v", "in", ["1"]],
  ["arg_v", "in", ["1", "2"]],
  ["arg_v", "~=", "9"],
  ["arg_v", "~~", "^[12]$"],
  ["arg_v", ">", 0],
  ["arg_v", "!", "==", "2"],
  ["arg_v", "1"],
  ["arg_w", "==", "1"],
  ["http_x-t", "==", "1"],
  ["OR", ["arg_v", "==", "1"], ["arg_w", "==", "1"]],
  ["AND", ["arg_v", "==", "1"], ["arg_w", "==", "1"]],
  ["uri", "~~", "^/x"],
];

const some = <Value>(values: readonly Value[], most: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most });
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>, weight: number) =>
  fc.oneof({ arbitrary, weight }, { arbitrary: fc.constant(undefined), weight: 10 - weight });

const row = fc.record({
  uris: fc.oneof({ arbitrary: some(["/*", "/x", "/x/*"], 2), weight: 5 }, { arbitrary: some(uris, 2), weight: 5 }),
  hosts: maybe(fc.oneof(some(["a.com", "*.a.com"], 2), some(hosts, 2)), 4),
  methods: maybe(fc.constantFrom(...methodLists), 3),
  vars: maybe(some(conditions, 2), 4),
  remoteAddrs: maybe(fc.constantFrom(["10.0.0.0/8"], ["10.1.0.0/16"], ["10.1.0.0/16", "10.0.0.0/8"]), 1),
  priority: maybe(fc.constantFrom(-5, -1, 0, 1, 5), 4),
  serviceRef: maybe(fc.constantFrom({ name: "s" }, { name: "t" }), 4),
  filterFunc: maybe(fc.constant("function(vars) return true end"), 1),
  enabled: maybe(fc.constant(false), 1),
});

/** Tables over an alphabet so small that routes meet all the time. */
export const tables: fc.Arbitrary<Table> = fc
  .record({
    flavor: fc.constantFrom<RouterFlavor>("radixtree_host_uri", "radixtree_uri", "radixtree_uri_with_parameter"),
    routes: fc.array(row, { minLength: 1, maxLength: 5 }),
    foreign: fc.array(row, { maxLength: 2 }),
    hostsOfS: some(hosts, 3),
  })
  .map(({ flavor, routes, foreign, hostsOfS }) => ({
    flavor,
    routes: routes.map((fields, index) => rowOf(`${index % 3 === 2 ? "blog" : "shop"}/r${index}`, fields)),
    foreign: foreign.map((fields, index) => rowOf(`f${index}`, fields)),
    services: { s: hostsOfS, t: undefined },
  }));

/** Fields that are undefined are left out, as files leave them out. */
function rowOf(
  name: string,
  fields: { readonly [Field in keyof Omit<RouteRow, "name">]?: RouteRow[Field] | undefined },
): RouteRow {
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { name, uris: [], ...present };
}
