/**
 * Where older versions of APISIX match differently. Behaviour of 3.18 is recorded from a running gateway; what is said
 * here of older versions was read from their sources and release notes, not recorded.
 */
export interface RouterRules {
  /**
   * ≥ 3.9: with equal priority the longer uri text stands first.
   * Source: api7/lua-resty-radixtree 2.9.1, lib/resty/radixtree.lua, sort_route. (From source.)
   */
  readonly longerTextFirst: boolean;
  /** ≥ 3.9: in the uri routers a host with ":" is compared with the raw Host header. Same file, match_route_opts. (From source.) */
  readonly portMeansRawHost: boolean;
  /** ≥ 3.9: a slash at the end of a uri with parameters is demanded of the path. Same file, fetch_pat. (From source.) */
  readonly keepsTrailingSlash: boolean;
  /** ≥ 3.12: a parameter takes any byte but the slash; before, those of RFC 1738. radixtree 2.9.2, fetch_pat. (From source.) */
  readonly paramTakesAnyByte: boolean;
  /**
   * ≥ 3.18: hosts of services are lower-cased. Before, an upper-case letter made them unreachable in the host router.
   * Source: apache/apisix, apisix/http/service.lua, filter. (From source.)
   */
  readonly lowersServiceHosts: boolean;
}

/** The version whose behaviour is recorded; what is not told a version is taken to be this one. */
export const recordedVersion = "3.18.0";

/** Rules of a version `x.y.z` (or `x.y`); an unreadable version counts as the recorded one. */
export function rulesOf(version: string = recordedVersion): RouterRules {
  const number = numberOf(version) ?? numberOf(recordedVersion) ?? 0;
  return {
    longerTextFirst: number >= 3009,
    portMeansRawHost: number >= 3009,
    keepsTrailingSlash: number >= 3009,
    paramTakesAnyByte: number >= 3012,
    lowersServiceHosts: number >= 3018,
  };
}

function numberOf(version: string): number | undefined {
  const match = /^(\d+)\.(\d+)/.exec(version);
  return match === null ? undefined : Number(match[1]) * 1000 + Number(match[2]);
}
