import {
  type Desired,
  type GatewayManifest,
  type ObjectMeta,
  type Observed,
  type RouteManifest,
  type RouteSpec,
  type ServiceManifest,
  type Snapshot,
  type UpstreamManifest,
  byKind,
  everyDesired,
  observedOf,
} from "../../src/core/model/index.ts";

const routesPerService = 10;
const areas = ["cart", "orders", "users", "search", "media", "billing", "stock", "reviews", "auth", "events"];

/**
 * A table of the kind that teams really write: services of ten routes with a host or two, most routes inherit them, one in
 * ten services is a wildcard's; catch-alls, prefixes, exact paths, method splits, canaries told apart by a header, 5 %
 * explicit priorities. The same for the same count and seed.
 */
export function realisticSnapshot(count: number, seed = 1): Snapshot {
  const random = randomOf(seed);
  const services = Array.from({ length: Math.ceil(count / routesPerService) }, (_, index) => serviceOf(index, random));
  const routes = Array.from({ length: count }, (_, index) => routeOf(index, random));
  return { gateway, attached: byKind([...routes, ...services, ...services.map(upstreamOf)]), invalid: [] };
}

/** Tables that are hard in one way each, of so many routes; and one of the kind that teams write. */
const tables = {
  "own host on /*": (size) => withRoutes(range(size, (at) => ({ uris: ["/*"], hosts: [`h${at}.example.com`] }))),
  "one place, told apart by one variable": (size) =>
    withRoutes(range(size, (at) => ({ uris: ["/api/*"], hosts: ["a.com"], vars: [["http_tenant", "==", `t${at}`]] }))),
  "one place, a variable each": (size) =>
    withRoutes(range(size, (at) => ({ uris: ["/api/*"], hosts: ["a.com"], vars: [[`arg_v${at}`, "==", "1"]] }))),
  "20 services with 500 hosts": (size) =>
    withRoutes(
      range(size, (at) => ({
        uris: [`/p${Math.floor(at / 40)}/*`],
        methods: at % 40 < 20 ? ["GET"] : ["POST", "PUT"],
        serviceRef: { name: `s${at % 20}` },
      })),
      range(20, (at) => ({
        hosts: range(500, (host) => `h${host}.s${at}.com`),
        upstream: { nodes: [{ host: `s${at}.shop.svc`, port: 80, weight: 1 }], type: "roundrobin" },
      })),
    ),
  realistic: (size) => realisticSnapshot(size),
} as const satisfies Readonly<Record<string, (size: number) => Snapshot>>;

export const tableNames = Object.keys(tables);

export function isTableName(name: string): name is keyof typeof tables {
  return Object.hasOwn(tables, name);
}

export function snapshotOf(name: keyof typeof tables, size: number): Snapshot {
  return tables[name](size);
}

function withRoutes(routes: readonly RouteSpec[], services: readonly ServiceManifest["spec"][] = []): Snapshot {
  return {
    gateway,
    attached: byKind([
      ...routes.map((spec, at): RouteManifest => ({ kind: "GatewayRoute", meta: metaOf("shop", `r${at}`, at), spec })),
      ...services.map((spec, at): ServiceManifest => ({
        kind: "GatewayService",
        meta: metaOf("shop", `s${at}`, at),
        spec,
      })),
    ]),
    invalid: [],
  };
}

function range<Value>(size: number, make: (at: number) => Value): readonly Value[] {
  return Array.from({ length: size }, (_, at) => make(at));
}

/** A gateway that holds exactly this. */
export function gatewayHolding(desired: Desired): Observed {
  const objects = everyDesired(desired).map(({ kind, id, body }, index) => {
    const revision = 11 + index;
    return { kind, id, value: body, createdIndex: revision, modifiedIndex: revision };
  });
  return { version: "3.18.0", ...observedOf(objects) };
}

const gateway: GatewayManifest = {
  kind: "ApisixGateway",
  meta: metaOf("", "main", 0),
  spec: {
    admin: { urls: ["http://127.0.0.1:9180"], keyFrom: { namespace: "apisix", name: "admin", key: "key" } },
    default: true,
  },
};

function serviceOf(index: number, random: Random): ServiceManifest {
  const host = `team${index}.example.com`;
  const hosts = random.chance(0.1) ? [`*.${host}`] : random.chance(0.4) ? [host, `www.${host}`] : [host];
  return {
    kind: "GatewayService",
    meta: metaOf(namespaceOf(index), `team${index}`, index),
    spec: { hosts, upstreamRef: { name: `team${index}` } },
  };
}

function upstreamOf({ meta }: ServiceManifest): UpstreamManifest {
  return {
    kind: "GatewayUpstream",
    meta,
    spec: { nodes: [{ host: `${meta.name}.${meta.namespace}.svc`, port: 8080, weight: 1 }], type: "roundrobin" },
  };
}

function routeOf(index: number, random: Random): RouteManifest {
  const team = Math.floor(index / routesPerService);
  const spec: RouteSpec = {
    ...shapeOf(index % routesPerService, random),
    ...(random.chance(0.2) && { hosts: [`team${team}.example.com`] }),
    ...(random.chance(0.05) && { priority: random.below(10) * 10 }),
    serviceRef: { name: `team${team}` },
  };
  return { kind: "GatewayRoute", meta: metaOf(namespaceOf(team), `route${index}`, index), spec };
}

function shapeOf(place: number, random: Random): RouteSpec {
  const area = areas[random.below(areas.length)] ?? "";
  switch (place) {
    case 0:
      return { uris: ["/*"] };
    case 1:
      return { uris: [`/${area}/*`], vars: [["http_x-canary", "==", "true"]] };
    case 2:
      return { uris: [`/${area}/*`], methods: ["GET", "HEAD"] };
    case 3:
      return { uris: [`/${area}/*`], methods: ["POST"] };
    case 4:
      return { uris: [`/${area}`, `/${area}/*`] };
    default:
      return { uris: [`/api/v${random.below(3)}/${area}/${place}${random.chance(0.5) ? "/*" : ""}`] };
  }
}

function metaOf(namespace: string, name: string, age: number): ObjectMeta {
  return {
    namespace,
    name,
    uid: `${namespace}-${name}`,
    generation: 1,
    creationTimestamp: new Date(1_700_000_000_000 + age * 1_000).toISOString().replace(".000", ""),
    annotations: {},
    finalizers: [],
    isDeleting: false,
  };
}

function namespaceOf(team: number): string {
  return `tenant${team % 20}`;
}

export interface Random {
  /** An integer from 0 to limit - 1. */
  readonly below: (limit: number) => number;
  readonly chance: (share: number) => boolean;
}

/** A small generator with a period of 2^32 (mulberry32): good enough for tables, and the same everywhere. */
export function randomOf(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (limit) => Math.floor(next() * limit), chance: (share) => next() < share };
}
