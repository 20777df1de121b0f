/**
 * Lower case, each once. The gateway compares hosts in lower case, but before 3.18 it forgot to lower those of a
 * service, and a route under such a host was never reached. Source: apache/apisix, apisix/http/service.lua.
 */
export function normalizedHosts(hosts: readonly string[]): readonly string[] {
  return [...new Set(hosts.map((host) => host.toLowerCase()))];
}
