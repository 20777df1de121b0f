import {
  type Matched,
  match,
  normaliseRequest,
  type RouterRequest,
  type RouteTable,
  tableOf,
} from "../../../src/core/matcher/index.ts";
import type { AdminRoute, RouterFlavor, Witness } from "../../../src/core/model/index.ts";
import type { Decision } from "../../../src/core/pipeline.ts";
import type { Table } from "./tables.ts";

/** Every request of the alphabet of tables.ts that can matter. */
const methods = ["GET", "POST", "PUT"];
const hostHeaders = ["a.com", "b.a.com", "w.a.com", "xa.com", "b.com", "z.org", "a.com:9080"];
const paths = [
  "/",
  "/x",
  "/x/",
  "/x/a",
  "/x/q",
  "/x/a/b",
  "/x/q/r/b",
  "/xq",
  "/y",
  "/:p",
  "/x/:p",
  "/x/:p/b",
  "/x/*/b",
  "/x/va",
  "/{p}",
  "/x+y/1",
];
const queries = ["", "?v=1", "?v=01", "?v=2", "?v=9", "?w=1", "?v=1&w=1", "?v=2&w=1", "?v"];
const addresses = [undefined, "10.1.0.1", "10.2.0.1"];

interface Asked {
  readonly request: RouterRequest;
  readonly hasTenant: boolean;
  readonly remoteAddr: string | undefined;
  readonly query: string;
  readonly method: string;
}

const alphabet: readonly Asked[] = methods.flatMap((method) =>
  hostHeaders.flatMap((host) =>
    paths.flatMap((path) =>
      queries.flatMap((query) =>
        addresses.flatMap((remoteAddr) =>
          [false, true].flatMap((hasTenant): Asked[] => {
            const headers = [["host", host] as const, ...(hasTenant ? [["x-t", "1"] as const] : [])];
            const raw = { method, target: path + query, headers, ...(remoteAddr !== undefined && { remoteAddr }) };
            const normalised = normaliseRequest(raw);
            return normalised.kind === "request"
              ? [{ request: normalised.request, hasTenant, remoteAddr, query, method }]
              : [];
          }),
        ),
      ),
    ),
  ),
);

/** Those that this table can tell apart: what no route asks about stays at its first value. */
export function requestsFor({ routes, foreign }: Table): readonly RouterRequest[] {
  const rows = [...routes, ...foreign];
  const text = JSON.stringify(rows.map(({ vars }) => vars));
  const asksFor = { v: text.includes("arg_v"), w: text.includes("arg_w"), tenant: text.includes("x-t") };
  const asksMethod = rows.some((row) => row.methods !== undefined);
  const asksAddress = rows.some(({ remoteAddrs }) => remoteAddrs !== undefined);
  return alphabet
    .filter(
      ({ hasTenant, remoteAddr, query, method }) =>
        (asksFor.tenant || !hasTenant) &&
        (asksAddress || remoteAddr === undefined) &&
        (asksMethod || method === "GET") &&
        (asksFor.v || !query.includes("v")) &&
        (asksFor.w || !query.includes("w")),
    )
    .map(({ request }) => request);
}

/** The gateway as it will be: desired routes with their numbers, and the foreign ones. */
export function gatewayAfter({ desired }: Decision, { foreign }: Table): readonly AdminRoute[] {
  return [
    ...desired.routes.map(({ id, body: { service_id: _service, ...body } }) => ({ ...body, id })),
    ...foreign.map(({ name, remoteAddrs, filterFunc, enabled, serviceRef: _service, ...row }) => ({
      ...row,
      id: name,
      ...(remoteAddrs !== undefined && { remote_addrs: remoteAddrs }),
      ...(filterFunc !== undefined && { filter_func: filterFunc }),
      ...(enabled === false && { status: 0 }),
    })),
  ];
}

/** The id of the winner; "" where none, "?" where nobody can tell. */
export function winnerOf(table: RouteTable, request: RouterRequest): string {
  const result = match(table, request);
  if (result.kind === "matched") return (result satisfies Matched).candidate.owner.id;
  return result.kind === "notFound" ? "" : "?";
}

export function tableWith(flavor: RouterFlavor, ...routes: readonly AdminRoute[]): RouteTable {
  return tableOf({ flavor }, { routes });
}

/** What a table answers to each request, in order. */
export function answersOf(table: RouteTable, requests: readonly RouterRequest[]): readonly string[] {
  return requests.map((request) => winnerOf(table, request));
}

export function requestOf({ method, uri, host, headers, remoteAddr, body }: Witness): RouterRequest {
  const normalised = normaliseRequest({
    method,
    target: uri,
    headers: [["host", host ?? ""], ...Object.entries(headers)],
    ...(remoteAddr !== undefined && { remoteAddr }),
    ...(body !== undefined && { body }),
  });
  if (normalised.kind !== "request")
    throw new Error(`the gateway refuses the witness ${method} ${uri}: ${normalised.reason}`);
  return normalised.request;
}

/** Whether the two find this request in one bucket: then the higher number wins, whichever has it. */
export function isContested(flavor: RouterFlavor, a: AdminRoute, b: AdminRoute, request: RouterRequest): boolean {
  const winnerWith = (first: number, second: number) =>
    winnerOf(tableWith(flavor, { ...a, priority: first }, { ...b, priority: second }), request);
  return winnerWith(1, 0) === String(a.id) && winnerWith(0, 1) === String(b.id);
}
