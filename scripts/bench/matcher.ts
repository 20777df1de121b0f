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
/** The same number for both tables: each goes round in as many different requests, so caches are as warm for one as for the other. */
const distinctRequests = 1_000;
const rounds = 200;

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

/** Rounds of the two tables alternate, so that a slow moment of the machine hits both. */
function latencyMeasures(): readonly Measure[] {
  const [few, many] = [contestant(small.count), contestant(large.count)];
  const times = { few: newTimes(), many: newTimes() };
  for (let round = -20; round < rounds; round += 1) {
    const [first, second] = [timesOf(few), timesOf(many)];
    if (round < 0) continue; // warms up
    for (const part of ["match", "whole"] as const) {
      times.few[part].push(...first[part]);
      times.many[part].push(...second[part]);
    }
  }
  const parts = [
    { part: "whole", what: "request read and matched" },
    { part: "match", what: "match alone" },
  ] as const;
  return parts.flatMap(({ part, what }) =>
    [0.5, 0.99].map((share) =>
      measureOf({
        name: `matcher, ${what}, p${share * 100}: ${large.name} routes against ${small.name}`,
        value: quantile(times.many[part], share),
        unit: "µs",
        floor: quantile(times.few[part], share),
        target: targetRatio,
      }),
    ),
  );
}

/** Microseconds: the match of a request that was read before; reading and matching. */
interface Times {
  readonly match: number[];
  readonly whole: number[];
}

interface Contestant {
  readonly table: RouteTable;
  readonly requests: readonly RawRequest[];
}

function newTimes(): Times {
  return { match: [], whole: [] };
}

function contestant(count: number): Contestant {
  const content = contentOf(count);
  return { table: builtFrom(content), requests: requestsFor(content) };
}

function timesOf({ table, requests }: Contestant): Times {
  const times = newTimes();
  for (const raw of requests) {
    const start = performance.now();
    const normalised = normaliseRequest(raw);
    const between = performance.now();
    if (normalised.kind === "refused") throw new Error(`refused: ${normalised.reason}`);
    const restart = performance.now();
    match(table, normalised.request);
    const end = performance.now();
    times.match.push((end - restart) * 1_000);
    times.whole.push((between - start + end - restart) * 1_000);
  }
  return times;
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

/** Requests that routes spread over the whole table were made for; one in ten has a path that nobody knows. */
function requestsFor({ routes }: Content): readonly RawRequest[] {
  return Array.from({ length: distinctRequests }, (_, index): RawRequest => {
    const route = routes[Math.floor((index * routes.length) / distinctRequests)] ?? {};
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
