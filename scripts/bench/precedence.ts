import type { AdminRoute, Contestant, RouterFlavor, StandingPriority } from "../../src/core/model/index.ts";
import { prioritize } from "../../src/core/precedence/index.ts";
import { type Measure, measureOf } from "./measure.ts";

/** Tables that are hard in one way each; all but the last are also what a growing platform comes to look like. */
const tables: Readonly<Record<string, (size: number) => readonly AdminRoute[]>> = {
  "own host on /*": (size) => [
    ...range(size - 3, (at): AdminRoute => ({ uri: "/*", hosts: [`h${at}.example.com`] })),
    { uri: "/*" },
    { uri: "/*", methods: ["GET"] },
    { uri: "/*", vars: [["http_beta", "==", "1"]] },
  ],
  "one place, told apart by one variable": (size) =>
    range(size, (at) => ({ uri: "/api/*", hosts: ["a.com"], vars: [["http_tenant", "==", `t${at}`]] })),
  "one place, a variable each": (size) =>
    range(size, (at) => ({ uri: "/api/*", hosts: ["a.com"], vars: [[`arg_v${at}`, "==", "1"]] })),
  "20 services with 500 hosts": (size) => {
    const services = range(20, (service) => range(500, (host) => `h${host}.s${service}.com`));
    return range(size, (at) => ({
      uri: `/p${Math.floor(at / 40)}/*`,
      hosts: services[at % 20] ?? [],
      methods: at % 40 < 20 ? ["GET"] : ["POST", "PUT"],
    }));
  },
  realistic: (size) => realistic(size),
};

/** 100k routes of the hard tables take minutes in all, so they are measured only when asked for. */
const usual: Readonly<Record<string, readonly number[]>> = { realistic: [1_000, 10_000, 100_000] };

/**
 * How long filling the numbers of a whole table takes, cold and when nothing changed, and how that grows. More on demand:
 * `node scripts/bench/precedence.ts 100000 realistic`.
 */
export function precedenceMeasures(
  sizes?: readonly number[],
  names: readonly string[] = Object.keys(tables),
): readonly Measure[] {
  const flavors: readonly RouterFlavor[] = ["radixtree_host_uri", "radixtree_uri"];
  const chosen = Object.entries(tables).filter(([name]) => names.includes(name));
  return chosen.flatMap(([name, make]) =>
    flavors.flatMap((flavor) => {
      const all = sizes ?? usual[name] ?? [1_000, 10_000];
      const rows = all.map((size) => ({ size, measures: measured(`${name}, ${size}, ${flavor}`, make(size), flavor) }));
      return [...rows.flatMap(({ measures }) => measures), ...growthOf(`${name}, ${flavor}`, rows)];
    }),
  );
}

/** How much more the last size cost than the one before, over what n log n would. */
function growthOf(
  name: string,
  rows: readonly { readonly size: number; readonly measures: readonly Measure[] }[],
): readonly Measure[] {
  const [small, large] = rows.slice(-2);
  const [few, many] = [small?.measures[0]?.value, large?.measures[0]?.value];
  if (small === undefined || large === undefined || few === undefined || many === undefined || few === 0) return [];
  const expected = (large.size * Math.log(large.size)) / (small.size * Math.log(small.size));
  const value = many / few / expected;
  return [
    measureOf({ name: `prioritize, cold, growth over n log n: ${name}, ${large.size}`, value, unit: "x", target: 2 }),
  ];
}

function measured(name: string, routes: readonly AdminRoute[], flavor: RouterFlavor): readonly Measure[] {
  const contestants = routes.map(contestantOf);
  const started = performance.now();
  const cold = prioritize({ contestants, standing: new Map(), flavor });
  const between = performance.now();
  const standing = new Map(
    contestants.map(({ id, route }): readonly [string, StandingPriority] => [
      id,
      { route, priority: cold.byId.get(id)?.value ?? 0, source: "Specificity" },
    ]),
  );
  const resumed = performance.now();
  prioritize({ contestants, standing, flavor });
  const ended = performance.now();
  return [
    measureOf({ name: `prioritize, cold: ${name}`, value: Math.round(between - started), unit: "ms" }),
    measureOf({ name: `prioritize, unchanged: ${name}`, value: Math.round(ended - resumed), unit: "ms" }),
  ];
}

function contestantOf(route: AdminRoute, at: number): Contestant {
  return {
    id: `r${at}`,
    route,
    explicitPriority: route.priority,
    hostsSource: "Route",
    isForeign: false,
    createdAt: new Date(1_700_000_000_000 + at * 1000).toISOString(),
    namespace: "shop",
    name: `r${at}`,
  };
}

/**
 * Teams with a host each (some with its subdomains, too), a dozen routes per host, a platform that has a few routes on
 * every host; 3 % have a number of their own. Seeded, so that every run measures the same table.
 */
function realistic(size: number): readonly AdminRoute[] {
  const random = generator(7);
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[Math.floor(random() * values.length)] ?? values[0];
  const words = [
    "users",
    "orders",
    "cart",
    "items",
    "search",
    "login",
    "health",
    "admin",
    "v1",
    "v2",
    "reports",
    "files",
  ];
  const word = () => words[Math.floor(random() * words.length)] ?? "";
  const hosts = Math.ceil(size / 12);
  return range(size, (at): AdminRoute => {
    const host = `s${Math.floor(random() * hosts)}.example.com`;
    const path = random() < 0.2 ? "" : `/${word()}${random() < 0.4 ? `/${word()}` : ""}`;
    const uri = random() < 0.35 && path !== "" ? path : `${path}/*`;
    const dice = random();
    const spread = random();
    return {
      ...(at % 5000 !== 0 && { hosts: spread < 0.9 ? [host] : spread < 0.97 ? [host, `*.${host}`] : [`*.${host}`] }),
      uris: random() < 0.2 ? [uri, `${path}/static/*`] : [uri],
      ...(random() < 0.4 && { methods: pick([["GET"], ["GET", "HEAD"], ["POST"], ["GET", "POST", "PUT", "DELETE"]]) }),
      ...(dice < 0.08 && { vars: [["http_x_version", "==", `v${Math.floor(random() * 4)}`]] }),
      ...(dice >= 0.08 && dice < 0.12 && { vars: [["arg_beta", "==", "1"]] }),
      ...(random() < 0.03 && { priority: pick([10, 100, 1000, -100]) }),
    };
  });
}

function range<Value>(size: number, make: (at: number) => Value): readonly Value[] {
  return Array.from({ length: size }, (_, at) => make(at));
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

if (import.meta.main) {
  const numbers = process.argv.slice(2).map(Number).filter(Boolean);
  for (const size of numbers.length > 0 ? numbers : [1_000, 10_000, 100_000]) {
    for (const name of Object.keys(tables).filter((name) =>
      process.argv.every((word) => !/[a-z]/.test(word) || word.includes("/") || name.includes(word)),
    )) {
      for (const { name: what, value, unit } of precedenceMeasures([size], [name])) {
        process.stdout.write(`${what}: ${value} ${unit}\n`);
      }
    }
  }
}
