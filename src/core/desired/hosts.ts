/**
 * Lower case, each once. The gateway compares hosts in lower case, but before 3.18 it forgot to lower those of a
 * service, and a route under such a host was never reached. Source: apache/apisix, apisix/http/service.lua.
 *
 * One list gives one list: the routes of a service share it, and whoever looks at it needs to look once.
 */
export function normalizedHosts(hosts: readonly string[]): readonly string[] {
  if (hosts.length <= few && isNormal(hosts)) return hosts;
  const known = normalized.get(hosts);
  if (known !== undefined) return known;
  const made = [...new Set(hosts.map((host) => host.toLowerCase()))];
  normalized.set(hosts, made);
  return made;
}

const normalized = new WeakMap<readonly string[], readonly string[]>();

/** So many are looked at sooner than looked up. */
const few = 4;

function isNormal(hosts: readonly string[]): boolean {
  return hosts.every((host, at) => host === host.toLowerCase() && hosts.indexOf(host) === at);
}
