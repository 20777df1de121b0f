import { describe, expect, test } from "vitest";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import { hostSetOf, overlappingHosts } from "../../../src/core/precedence/host-set.ts";
import { anyHost, hostCovers, hostEntryOf, type HostEntry, hostsOverlap } from "../../../src/core/precedence/hosts.ts";

const host = "radixtree_host_uri";
const uri = "radixtree_uri";
const entry = (text: string, flavor: RouterFlavor = uri): HostEntry => hostEntryOf(text, flavor) ?? anyHost;
const entries = (texts: readonly string[]) => texts.map((text) => entry(text));

describe("a host as precedence weighs it", () => {
  test.each<[string, RouterFlavor, string, Partial<HostEntry> | undefined]>([
    ["an exact one", uri, "A.com", { text: "a.com", kind: "exact", name: "a.com", key: "=a.com", port: undefined }],
    ["a wildcard", uri, "*.a.com", { text: "*.a.com", kind: "suffix", name: ".a.com", key: "*.a.com" }],
    ["with a port", uri, "a.com:80", { kind: "exact", name: "a.com", key: "=a.com", port: "80" }],
    ["a wildcard with a port", uri, "*.a.com:80", { kind: "suffix", name: ".a.com", key: "*.a.com", port: "80" }],
    ["IPv6", host, "[::1]", { kind: "exact", name: "[::1]", port: undefined }],
    ["IPv6, which the uri routers take as without port", uri, "[::1]", { kind: "exact", name: "[::1]", port: "" }],
    ["IPv6 with a port", uri, "[::1]:80", { kind: "exact", name: "[::1]", port: "80" }],
    ["with a port under the host router: none", host, "a.com:80", undefined],
  ])("%s", (_sentence, flavor, text, expected) => {
    if (expected === undefined) expect(hostEntryOf(text, flavor)).toBeUndefined();
    else expect(hostEntryOf(text, flavor)).toMatchObject(expected);
  });
});

describe("one host takes all requests of another", () => {
  test.each([
    ["itself", "a.com", "a.com", true],
    ["any host takes all", "*", "a.com", true],
    ["and is taken by none", "*.com", "*", false],
    ["nor by an exact one", "a.com", "*", false],
    ["a wildcard takes what ends so", "*.com", "a.com", true],
    ["and longer wildcards", "*.com", "*.a.com", true],
    ["not shorter ones", "*.a.com", "*.com", false],
    ["nor the bare name", "*.a.com", "a.com", false],
    ["an exact one takes no wildcard", "a.com", "*.a.com", false],
    ["nor another", "a.com", "b.com", false],
    ["without a port it takes any", "a.com", "a.com:80", true],
    ["with one it takes that", "a.com:80", "a.com:80", true],
    ["not another", "a.com:80", "a.com:81", false],
    ["nor none", "a.com:80", "a.com", false],
    ["a port does not make up for the name", "b.com", "a.com:80", false],
  ])("%s", (_sentence, outer, inner, expected) => {
    expect(hostCovers(entry(outer), entry(inner))).toBe(expected);
  });
});

describe("one request can have both hosts", () => {
  test.each<[string, RouterFlavor, string, string, boolean]>([
    ["the same", host, "a.com", "a.com", true],
    ["one under the other, in buckets of their own", host, "*.com", "a.com", false],
    ["one under the other, in one", uri, "*.com", "a.com", true],
    ["neither under the other", uri, "*.org", "a.com", false],
    ["one port", uri, "a.com:80", "*.com:80", true],
    ["two ports", uri, "a.com:80", "*.com:81", false],
    ["a port and none", uri, "a.com:80", "*.com", true],
    ["any", uri, "*", "a.com:80", true],
  ])("%s", (_sentence, flavor, a, b, expected) => {
    const [mine, theirs] = [entry(a, flavor), entry(b, flavor)];
    expect([hostsOverlap(mine, theirs, flavor), hostsOverlap(theirs, mine, flavor)]).toEqual([expected, expected]);
  });
});

describe("hosts of a route that no other of it covers", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["all, where none covers another", ["a.com", "b.com"], ["c.com", "d.com"]],
    ["not those under a wildcard", ["a.com", "*.com", "b.com"], ["*.org"]],
    ["not a longer wildcard", ["*.a.com", "*.com"], ["*.org"]],
    ["not those with a port beside the same without", ["a.com", "a.com:80"], ["b.com"]],
    ["but those with another port", ["a.com:80", "a.com:81"], ["b.com:80", "b.com:81"]],
    ["and a wildcard with a port covers those with it", ["a.com:80", "*.com:80"], ["*.org:80"]],
    ["not those without", ["a.com", "*.com:80"], ["b.com", "*.org:80"]],
  ])("%s", (_sentence, hosts, same) => {
    expect(hostSetOf(entries(hosts)).hostBreadth).toEqual(hostSetOf(entries(same)).hostBreadth);
  });
});

describe("pairs of hosts that one request can have", () => {
  const many = ["a.com", "b.com", "c.com", "*.com", "d.org", "e.org", "*.org", "f.net", "a.com:80"];
  const few = ["b.com", "*.net", "x.org", "a.com:80"];
  const told = (a: readonly string[], b: readonly string[]) =>
    overlappingHosts(hostSetOf(entries(a)), hostSetOf(entries(b)), uri).map((pair) =>
      pair.map(({ text }) => text).join(),
    );

  test.each([
    ["asked of the larger set", many, few],
    ["asked of the smaller set", few, many],
    ["of two small sets", many.slice(0, 4), few],
    ["of two large ones", many, [...few, ...many.map((text) => `x.${text}`).filter((text) => !text.includes("*"))]],
  ])("%s", (_sentence, a, b) => {
    const all = entries(a).flatMap((x) => entries(b).map((y) => [x, y] as const));
    const expected = all.filter(([x, y]) => hostsOverlap(x, y, uri)).map((pair) => pair.map(({ text }) => text).join());
    expect([...told(a, b)].sort()).toEqual(expected.sort());
  });

  test("of the same set one stands for all", () => {
    const set = hostSetOf(entries(many));
    expect(overlappingHosts(set, set, uri)).toHaveLength(1);
    const none = hostSetOf([]);
    expect(overlappingHosts(none, none, uri)).toEqual([]);
  });
});
