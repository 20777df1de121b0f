import fc from "fast-check";
import { normaliseRequest, type RouterRequest, type RouteTable, tableOf } from "../../../src/core/matcher/index.ts";
import type { AdminRoute, AdminService, Json, Priorities, RouterFlavor } from "../../../src/core/model/index.ts";
import type { Draft } from "./build.ts";

/** As a draft; hosts that come from the service are written out, as precedence sees them. */
export type MatcherDraft = Draft;

const hosts = ["a.com", "b.com", "x.a.com", "*.a.com", "*.com", "*", "a.com:9080"];
const uris = ["/x", "/x/*", "/x/*/y", "/x/:id", "/x/:id/y", "/x/:id/*", "/*", "/x/:name/z"];
const vars: readonly Json[] = [
  ["arg_v", "==", "1"],
  ["arg_v", "==", 1],
  ["arg_v", "==", "2"],
  ["arg_v", "~=", "2"],
  ["arg_v", "in", ["1", "2"]],
  ["http_beta", "==", "1"],
  ["http_beta", "~=", "1"],
  ["http_beta", "in", ["1", "2"]],
  ["cookie_c", "==", "1"],
];
/** Of both signs, zero, equal and next to each other. */
const explicit = [0, 0, 1, 2, 2, 3, 1000, -1, -2, -3, -1000];
const addresses = [["10.0.0.1"], ["10.0.0.1", "10.0.0.2"], ["10.0.0.0/24"], ["10.0.0.9"]];
const filters = ["function(vars) return true end", 'function(vars) return vars.arg_v == "1" end'];

export interface Sizes {
  readonly routes: number;
  readonly hosts: number;
  readonly uris: number;
}

/** Few hosts and paths per table, so that its routes meet, and twins, so that the last rules decide, too. */
export function matcherTables(sizes: Sizes): fc.Arbitrary<readonly MatcherDraft[]> {
  const models = fc.array(fc.option(fc.nat({ max: sizes.routes - 1 }), { freq: 2, nil: undefined }), {
    minLength: sizes.routes,
    maxLength: sizes.routes,
  });
  return fc
    .tuple(fc.subarray(hosts, { minLength: 1, maxLength: 3 }), fc.subarray(uris, { minLength: 1, maxLength: 3 }))
    .chain((alphabet) => {
      const drafts = Array.from({ length: sizes.routes }, (_, at) => draftOf(`r${at}`, sizes, alphabet));
      return fc.tuple(fc.tuple(...drafts), models);
    })
    .map(([drafts, models]) =>
      drafts.map((draft, at) => {
        const model = drafts[models[at] ?? at];
        return model === undefined ? draft : twinOf(model, draft);
      }),
    );
}

/** Matches as the one; age, number and where its hosts come from are the other's. */
function twinOf(model: MatcherDraft, { id, explicit, foreign, from, born }: MatcherDraft): MatcherDraft {
  const { explicit: _explicit, foreign: _foreign, from: _from, born: _born, ...match } = model;
  return {
    ...match,
    id,
    ...(explicit !== undefined && { explicit }),
    ...(foreign !== undefined && { foreign }),
    ...(from !== undefined && model.hosts !== undefined && { from }),
    ...(born !== undefined && { born }),
  };
}

function draftOf(
  id: string,
  sizes: Sizes,
  [hosts, uris]: readonly [readonly string[], readonly string[]],
): fc.Arbitrary<MatcherDraft> {
  const sometimes = <Value>(weight: number, value: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });
  return fc
    .record({
      hosts: sometimes(7, fc.uniqueArray(fc.constantFrom(...hosts), { minLength: 1, maxLength: sizes.hosts })),
      uris: fc.uniqueArray(fc.constantFrom(...uris), { minLength: 1, maxLength: sizes.uris }),
      methods: sometimes(4, fc.constantFrom(["GET"], ["GET", "POST"], ["POST"])),
      vars: sometimes(6, fc.uniqueArray(fc.constantFrom(...vars), { minLength: 1, maxLength: 2 })),
      remote_addrs: sometimes(1, fc.constantFrom(...addresses)),
      filter_func: sometimes(1, fc.constantFrom(...filters)),
      explicit: sometimes(4, fc.constantFrom(...explicit)),
      from: sometimes(3, fc.constant("Service" as const)),
      born: sometimes(8, fc.integer({ min: 0, max: 2 })),
      foreign: sometimes(1, fc.constant(true)),
      status: sometimes(1, fc.constantFrom(0 as const, 1 as const, 1 as const)),
    })
    .map(({ from, ...draft }) => {
      const written = { id, ...draft, ...(draft.hosts !== undefined && from !== undefined && { from }) };
      // Keys are present only where they hold something, as Draft demands.
      return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)) as unknown as Draft;
    });
}

/** The gateway with the numbers filled in, its routes loaded in this order. Hosts of services stand on services. */
export function gatewayOf(drafts: readonly MatcherDraft[], { byId }: Priorities, flavor: RouterFlavor): RouteTable {
  const inherits = (draft: MatcherDraft) => draft.from === "Service" && draft.hosts !== undefined;
  const services = drafts.filter(inherits).map(({ id, hosts = [] }): AdminService => ({ id, hosts }));
  const routes = drafts.map((draft): AdminRoute => {
    const { explicit, from: _from, foreign: _foreign, born: _born, hosts, ...route } = draft;
    const priority = byId.get(draft.id)?.value ?? explicit ?? 0;
    if (inherits(draft)) return { ...route, priority, service_id: draft.id };
    return { ...route, priority, ...(hosts !== undefined && { hosts }) };
  });
  return tableOf({ flavor }, { routes, services });
}

/** All that the tables ask for, in all combinations, and what none of them takes. */
export const matcherRequests: readonly RouterRequest[] = ["a.com", "a.com:9080", "b.com", "x.a.com", "q.org"].flatMap(
  (host) =>
    ["/x", "/x/1", "/x/1/y", "/x/1/2/y", "/x/1/z", "/q"].flatMap((path) =>
      ["GET", "POST"].flatMap((method) =>
        ["", "?v=1", "?v=2", "?v=01"].flatMap((query) =>
          [undefined, "1", "2"].flatMap((beta) =>
            ["1", "2"].map((cookie) => requestOf({ host, target: path + query, method, beta, cookie })),
          ),
        ),
      ),
    ),
);

interface Asked {
  readonly host: string;
  readonly target: string;
  readonly method: string;
  readonly beta: string | undefined;
  readonly cookie: string;
}

function requestOf({ host, target, method, beta, cookie }: Asked): RouterRequest {
  const headers: [string, string][] = [
    ["Host", host],
    ["Cookie", `c=${cookie}`],
  ];
  if (beta !== undefined) headers.push(["Beta", beta]);
  const normalised = normaliseRequest({ method, target, headers, remoteAddr: "10.0.0.1" });
  if (normalised.kind === "refused") throw new Error(normalised.reason);
  return normalised.request;
}
