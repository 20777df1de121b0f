import { type RouterFlavor, compareText } from "../model/index.ts";
import type { HostEntry } from "../precedence/index.ts";

/** Hosts of a route; routes that name the same ones share the list itself. */
export type HostList = readonly HostEntry[];

/** Hosts, as routes write them, whose routes are asked for every request which `host` takes, no later than its own. */
export function namesTaking({ text, name, kind, port }: HostEntry, flavor: RouterFlavor): readonly string[] {
  // Routes for the host "*" are asked before those without hosts.
  if (kind === "any") return ["", "*"];
  if (flavor === "radixtree_host_uri") return [text];
  const suffixes = Array.from({ length: name.length + 1 }, (_, start) => `*${name.slice(start)}`);
  const withoutPort = kind === "suffix" ? `*${name}` : name;
  return [...new Set([text, ...(port === undefined || port === "" ? [] : [withoutPort]), ...suffixes, ""])];
}

/** Whether it is one of `namesTaking` of this host. */
export function isTakenUnder(text: string, { text: own, name, kind, port }: HostEntry, flavor: RouterFlavor): boolean {
  if (kind === "any") return text === "" || text === "*";
  if (text === own) return true;
  if (flavor === "radixtree_host_uri") return false;
  if (text === "") return true;
  if (text.startsWith("*") && name.endsWith(text.slice(1))) return true;
  return port !== undefined && port !== "" && text === (kind === "suffix" ? `*${name}` : name);
}

const listKeys = new WeakMap<HostList, string>();

/** The hosts as one text: routes that name the same ones share the list, so it is another for each list. */
export function listKey(hosts: HostList): string {
  const known = listKeys.get(hosts) ?? JSON.stringify(hosts.map(({ text }) => text));
  listKeys.set(hosts, known);
  return known;
}

export function compareLists(a: HostList, b: HostList): number {
  return compareText(listKey(a), listKey(b));
}
