import type { RouterRequest } from "../../../src/core/matcher/index.ts";
import { adminIdOf, type Diagnostic } from "../../../src/core/model/index.ts";
import { answersOf, tableWith } from "./brute-force.ts";
import type { RouteRow, Table } from "./tables.ts";

// What findings say of hosts and paths, tried on requests. Each function says what is false about it, if something is.

/** The route answers on its service's hosts, and names none. */
export function inheritanceLie(diagnostic: Diagnostic, table: Table): string | undefined {
  const row = rowOf(diagnostic, table);
  const hosts = row === undefined ? undefined : hostsOfService(row, table);
  if (row?.hosts !== undefined || hosts === undefined) return "it names hosts, or its service does not";
  const [, told = ""] = /on those of GatewayService \S+: (.*?)\.(?: A sibling .*)?$/.exec(diagnostic.message) ?? [];
  return told === hosts.join(", ") ? undefined : `these are not the service's hosts: ${told}`;
}

/** It loses the hosts that it says it loses, each at least in part, and gains those that it says it gains. */
export function overridingLie(
  diagnostic: Diagnostic,
  table: Table,
  requests: readonly RouterRequest[],
): string | undefined {
  const row = rowOf(diagnostic, table);
  const theirs = row === undefined ? undefined : hostsOfService(row, table);
  if (row?.hosts === undefined || theirs === undefined) return "it names no hosts, or its service does not";
  const [, lost = ""] = /does not answer on (?:all of )?(.*?), which the service names/.exec(diagnostic.message) ?? [];
  const [, gained = ""] = /It answers on (.*?), which the service does not name/.exec(diagnostic.message) ?? [];
  if (lost === "" && gained === "") return "no host is named";
  const isWithin = (host: string, hosts: readonly string[]) => {
    const [own, others] = [takenOn([host], table, requests), takenOn(hosts, table, requests)];
    // Under the host router nothing ever has a host with a port.
    return own.includes(true) && own.every((isTaken, index) => !isTaken || others[index]);
  };
  const kept = namesIn(lost).find((host) => isWithin(host, row.hosts ?? []));
  if (kept !== undefined) return `it does answer on ${kept}`;
  const old = namesIn(gained).find((host) => isWithin(host, theirs));
  return old === undefined ? undefined : `the service names ${old}, too`;
}

/** The router takes the path as the finding says. */
export function misreadingLie(
  { message, field = "" }: Diagnostic,
  uris: readonly string[],
  { flavor }: Table,
  requests: readonly RouterRequest[],
): string | undefined {
  const uri = uris[Number(/^spec\.uris\[(\d+)\]$/.exec(field)?.[1])];
  if (uri === undefined) return "no path is named";
  const answers = answersOf(tableWith(flavor, { id: "own", uris: [uri] }), requests);
  const paths = (isTaken: boolean) =>
    requests.filter((_, index) => (answers[index] === "own") === isTaken).map(({ path }) => path);
  const [, part] = /^"(.*?)" is no parameter/.exec(message) ?? [];
  const [, prefix] = /takes every path that begins with "(.*?)":/.exec(message) ?? [];
  if (part !== undefined) return paths(true).find((path) => !path.includes(part));
  if (prefix !== undefined) return paths(false).find((path) => path.startsWith(prefix));
  if (message.startsWith("The star in") && message.includes("is text"))
    return paths(true).find((path) => !path.includes("*"));
  return undefined;
}

function rowOf({ object }: Diagnostic, { routes }: Table): RouteRow | undefined {
  const id = adminIdOf({ ...object, kind: "GatewayRoute" });
  return routes.find(({ name }) => {
    const [namespace = "", own = ""] = name.split("/");
    return adminIdOf({ kind: "GatewayRoute", namespace, name: own }) === id;
  });
}

function hostsOfService({ serviceRef }: RouteRow, { services }: Table): readonly string[] | undefined {
  return serviceRef === undefined ? undefined : services[serviceRef.name];
}

/** For each request, whether a route with these hosts and any path takes it. */
function takenOn(hosts: readonly string[], { flavor }: Table, requests: readonly RouterRequest[]): readonly boolean[] {
  const table = tableWith(flavor, { id: "own", uris: ["/*"], hosts });
  return answersOf(table, requests).map((answer) => answer === "own");
}

function namesIn(list: string): readonly string[] {
  return list === "" ? [] : list.split(", ");
}
