import { compileHost, compileUri, matchesPattern } from "../../../src/core/matcher/index.ts";
import type { AdminRoute, Json, RouterFlavor } from "../../../src/core/model/index.ts";

/** What a small request has of everything the small tables ask for. */
export interface SmallRequest {
  /** Raw Host header; the port is cut off where the gateway does it. */
  readonly host: string;
  readonly path: string;
  readonly method: string;
  /** Variables by the name the conditions use. */
  readonly variables: Readonly<Record<string, string>>;
  readonly address: string;
}

/** One place where a route stands for a request. */
export interface Place {
  readonly bucket: string;
  readonly host: string | undefined;
  readonly uri: string;
}

/** Where a route stands for a request that satisfies it; written apart from the code under test. */
export function placesFor(route: AdminRoute, request: SmallRequest, flavor: RouterFlavor): readonly Place[] {
  if (route.status === 0) return [];
  if (route.methods !== undefined && !route.methods.includes(request.method)) return [];
  if (route.remote_addrs !== undefined && !route.remote_addrs.includes(request.address)) return [];
  if (!(route.vars ?? []).every((condition) => holds(condition, request))) return [];
  const hosts = route.hosts ?? [undefined];
  return hosts
    .filter((host) => hasHost(host, request, flavor))
    .flatMap((host) => placesOnHost(route, host, request, flavor));
}

function placesOnHost(
  route: AdminRoute,
  host: string | undefined,
  request: SmallRequest,
  flavor: RouterFlavor,
): readonly Place[] {
  const uris = route.uris ?? [route.uri ?? ""];
  return uris.flatMap((uri) => {
    const pattern = compileUri(uri, flavor);
    if (pattern.isNeverMatching || matchesPattern(pattern, request.path) !== true) return [];
    const bucket = [flavor === "radixtree_host_uri" ? (host ?? "") : "", pattern.kind, pattern.key].join(" ");
    return [{ bucket, host, uri }];
  });
}

function hasHost(host: string | undefined, request: SmallRequest, flavor: RouterFlavor): boolean {
  if (host === undefined) return true;
  const bare = request.host.split(":")[0] ?? "";
  const pattern = compileHost(host);
  if (pattern.kind === "any") return true;
  const written = pattern.kind === "exact" ? pattern.host : pattern.suffix;
  const seen = flavor !== "radixtree_host_uri" && written.includes(":") ? request.host : bare;
  return pattern.kind === "exact" ? seen === written : seen.endsWith(written);
}

function holds(condition: Json, request: SmallRequest): boolean {
  const [name, operator, wanted] = condition as readonly [string, string, Json];
  const value = request.variables[name];
  switch (operator) {
    case "==":
      return typeof wanted === "number" ? value !== undefined && Number(value) === wanted : value === wanted;
    case "~=":
      return value !== wanted;
    case "~~":
      return value !== undefined && typeof wanted === "string" && new RegExp(wanted).test(value);
    default:
      throw new Error(`the small model does not know ${operator}`);
  }
}
