import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { resolve, translate } from "../../src/core/desired/index.ts";
import { match, normaliseRequest, tableOf, type RawRequest, type RouteTable } from "../../src/core/matcher/index.ts";
import type { AdminRoute, AdminService } from "../../src/core/model/index.ts";
import { type Measure, measureOf, quantile } from "./measure.ts";
import { realisticSnapshot } from "./tables.ts";

const sizes = [
  { name: "1k", count: 1_000, rounds: 20 },
  { name: "10k", count: 10_000, rounds: 5 },
  { name: "100k", count: 100_000, rounds: 3 },
];
const small = { name: "100", count: 100 };
const large = { name: "100k", count: 100_000 };
/** Of the same quantile on the small table. */
const targetRatio = 3;
/** The same number for both tables, going round. */
const distinctRequests = 1_000;
/**
 * Like with like: as many routes are asked for in the large table as the small one has. Where each request asks for a
 * route of its own, what a match reads no longer stays in the processor's caches, and that is told apart.
 */
const likeWithLike = { name: "100 of them asked for", routes: small.count, hasTarget: true };
const allDifferent = { name: "1000 of them asked for", routes: distinctRequests, hasTarget: false };

/** Blocks of the tables alternate, so that a slow moment of the machine hits all. */
const blocks = 10;
const roundsInBlock = 30;
const warmUpRounds = 3;

/** How long a table takes to build and how much it weighs; how long a request takes on a small and on a large one. */
export function matcherMeasures(): readonly Measure[] {
  return [...sizes.flatMap(buildMeasures), ...latencyMeasures()];
}

function buildMeasures({ name, count, rounds: builds }: (typeof sizes)[number]): readonly Measure[] {
  const content = contentOf(count);
  const times = Array.from({ length: builds }, () => msOf(() => builtFrom(content)));
  const before = heapBytes();
  const table = builtFrom(content);
  const bytes = heapBytes() - before;
  return [
    measureOf({ name: `matcher, build ${name} routes`, value: quantile(times, 0.5), unit: "ms" }),
    measureOf({ name: `matcher, bytes a route at ${name} routes`, value: bytes / table.size, unit: "B" }),
  ];
}

function latencyMeasures(): readonly Measure[] {
  const few = contestant(contentOf(small.count), small.count);
  const content = contentOf(large.count);
  const many = [likeWithLike, allDifferent].map((spread) => ({ spread, ...contestant(content, spread.routes) }));
  for (let block = 0; block < blocks; block += 1) for (const each of [few, ...many]) measureBlock(each, block);
  return many.flatMap(({ spread, times }) =>
    (["whole", "match"] as const).flatMap((part) =>
      [0.5, 0.99].map((share) =>
        measureOf({
          name: `matcher, ${parts[part]}, p${share * 100}: ${large.name} routes, ${spread.name}, against ${small.name}`,
          value: quantile(Array.from(times[part]), share),
          unit: "µs",
          floor: quantile(Array.from(few.times[part]), share),
          ...((spread.hasTarget || part === "whole") && { target: targetRatio }),
        }),
      ),
    ),
  );
}

const parts = { whole: "request read and matched", match: "match alone" };

/** Microseconds: the match of a request that was read before; reading and matching. */
interface Times {
  readonly match: Float64Array;
  readonly whole: Float64Array;
}

interface Contestant {
  readonly table: RouteTable;
  readonly requests: readonly RawRequest[];
  readonly times: Times;
}

function newTimes(): Times {
  const size = blocks * roundsInBlock * distinctRequests;
  return { match: new Float64Array(size), whole: new Float64Array(size) };
}

function contestant(content: Content, routes: number): Contestant {
  return { table: builtFrom(content), requests: requestsFor(content, routes), times: newTimes() };
}

function measureBlock({ table, requests, times }: Contestant, block: number): void {
  let at = block * roundsInBlock * distinctRequests;
  for (let round = -warmUpRounds; round < roundsInBlock; round += 1) {
    for (const raw of requests) {
      const start = performance.now();
      const normalised = normaliseRequest(raw);
      const between = performance.now();
      if (normalised.kind === "refused") throw new Error(`refused: ${normalised.reason}`);
      match(table, normalised.request);
      const end = performance.now();
      if (round < 0) continue;
      times.match[at] = (end - between) * 1_000;
      times.whole[at] = (end - start) * 1_000;
      at += 1;
    }
  }
}

interface Content {
  readonly routes: readonly AdminRoute[];
  readonly services: readonly AdminService[];
}

function contentOf(count: number): Content {
  const { routes, services } = translate(resolve(realisticSnapshot(count)));
  return {
    routes: routes.map(({ id, body }) => ({ ...body, id })),
    services: services.map(({ id, body }) => ({ ...body, id })),
  };
}

function builtFrom(content: Content): RouteTable {
  return tableOf({ flavor: "radixtree_host_uri" }, content);
}

/** Requests for so many routes, spread over the whole table; one in ten has a path that nobody knows. */
function requestsFor({ routes }: Content, spread: number): readonly RawRequest[] {
  return Array.from({ length: distinctRequests }, (_, index): RawRequest => {
    const route = routes[Math.floor(((index % spread) * routes.length) / spread)] ?? {};
    const [host = "*.example.com"] = route.hosts ?? [];
    const [uri = "/"] = route.uris ?? [];
    return {
      method: route.methods?.[0] ?? "GET",
      target: index % 10 === 9 ? `/nobody/${index}` : `${uri.replaceAll("*", `some/${index}`)}?page=${index}`,
      headers: [
        ["Host", host.replace("*", "www")],
        ["User-Agent", "bench/1.0"],
        ["Accept", "*/*"],
        ["X-Request-Id", `request-${index}`],
      ],
    };
  });
}

function msOf(act: () => unknown): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

/** Live bytes: after a collection. */
function heapBytes(): number {
  if (typeof collect === "function") Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}
