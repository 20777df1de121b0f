// The host pattern of the gateway; a lone "*" is legal since 3.15.
// Source: apache/apisix 3.18, apisix/schema_def.lua, host_def_pat.
const hostPattern = /^(?:\*|\*?[0-9a-zA-Z._:[\]-]+)$/;

/** The same for CEL and RE2. */
export const hostCel = String.raw`self.matches(r'^(\*|\*?[0-9a-zA-Z._:\[\]-]+)$')`;
export const hostMessage =
  'is not a host: write a name such as shop.example.com, or "*.example.com"; no scheme, no path, a star only in front';

/** What is wrong with a host of a route or service, in words; `undefined` if nothing is. */
export function hostProblem(host: string): string | undefined {
  if (hostPattern.test(host)) return undefined;
  if (host === "") return "is empty: write a host, or leave the entry out";
  const shown = JSON.stringify(host.length > 60 ? `${host.slice(0, 57)}...` : host);
  if (host.includes("://")) return `${shown} is not a host: leave out the scheme, "https://" or the like`;
  if (host.includes("/")) return `${shown} is not a host: leave out the path, it belongs in uris`;
  if (/\s/.test(host)) return `${shown} is not a host: it holds a blank`;
  if (host.lastIndexOf("*") > 0) return `${shown} is not a host: a star may only stand in front, as in "*.example.com"`;
  // A "host" beyond ASCII goes over the wire in its xn-- spelling.
  if (/\P{ASCII}/u.test(host)) return `${shown} is not a host: write it in its ASCII spelling (xn--…)`;
  return `${shown} is not a host: it may hold letters, digits, ".", "-", "_", ":" and one "*" in front`;
}
