import { describe, expect, test } from "vitest";
import type { AdminRoute, Contestant, StandingPriority } from "../../../src/core/model/index.ts";
import {
  type Claim,
  claimMaker,
  claimTheSame,
  compareAge,
  matchesTheSame,
  rivalsOf,
} from "../../../src/core/precedence/rival.ts";
import { contestant } from "./build.ts";

const route: AdminRoute = { uri: "/x", hosts: ["a.com"], methods: ["GET"] };
const plain: Contestant = contestant({ ...route, id: "a", born: 5 });
const claimOf = claimMaker("radixtree_host_uri", { keepsNumbers: true });
const stands = (more: Partial<StandingPriority> = {}): StandingPriority => ({
  route,
  priority: 70,
  source: "Specificity",
  ...more,
});

describe("what a route claims", () => {
  test.each<[string, Partial<Contestant>, StandingPriority | undefined, Partial<Claim>]>([
    [
      "nothing, where nothing is written and nothing stands",
      {},
      undefined,
      { fixed: undefined, standing: undefined, kept: undefined },
    ],
    ["the number that its author wrote", { explicitPriority: 7 }, undefined, { fixed: 7, kept: undefined }],
    ["0, which is a number", { explicitPriority: 0 }, undefined, { fixed: 0 }],
    [
      "a foreign route its number, which stands",
      { isForeign: true, explicitPriority: 7 },
      undefined,
      { fixed: 7, standing: 7 },
    ],
    [
      "a foreign route without one 0",
      { isForeign: true, explicitPriority: undefined },
      undefined,
      { fixed: 0, standing: 0, kept: undefined },
    ],
    [
      "a foreign route nothing that we filled in",
      { isForeign: true, explicitPriority: undefined },
      stands(),
      { fixed: 0, standing: 0, kept: undefined },
    ],
    ["the number that we filled in", {}, stands(), { fixed: undefined, standing: 70, kept: 70 }],
    ["the default that we filled in", {}, stands({ source: "Default", priority: 0 }), { standing: 0, kept: 0 }],
    [
      "its place, but not a number that its author had written",
      {},
      stands({ source: "Explicit" }),
      { standing: 70, kept: undefined },
    ],
    [
      "its place, but not a number that somebody changed by hand",
      {},
      stands({ source: undefined }),
      { standing: 70, kept: undefined },
    ],
    [
      "its number, but no place, where it matched something else",
      {},
      stands({ route: { ...route, uri: "/y" } }),
      { standing: undefined, kept: 70 },
    ],
    [
      "an explicit one no number that we filled in before",
      { explicitPriority: 7 },
      stands(),
      { fixed: 7, standing: 70, kept: undefined },
    ],
    ["its age", {}, undefined, { createdMs: 5000 }],
    ["to be youngest, where nobody knows", { createdAt: undefined }, undefined, { createdMs: Infinity }],
    ["to be youngest, where nobody understands", { createdAt: "yesterday" }, undefined, { createdMs: Infinity }],
    ["its own hosts", { hostsSource: "Route" }, undefined, { ownsHosts: true }],
    ["any host as its own", { hostsSource: "Any" }, undefined, { ownsHosts: true }],
    ["not those of a service", { hostsSource: "Service" }, undefined, { ownsHosts: false }],
  ])("%s", (_sentence, more, standing, expected) => {
    expect(claimOf({ ...plain, ...more }, standing)).toMatchObject(expected);
  });

  test("nothing that stands is kept where all is numbered anew, but its place is", () => {
    const anew = claimMaker("radixtree_host_uri", { keepsNumbers: false });
    expect(anew(plain, stands())).toMatchObject({ standing: 70, kept: undefined });
  });

  test.each<[string, AdminRoute, number]>([
    ["its paths", { uris: ["/x", "/y"] }, 2],
    ["each once", { uris: ["/x", "/x"] }, 1],
    ["no path, where it is disabled", { uri: "/x", status: 0 }, 0],
    [
      "no path, where its conditions can't hold",
      {
        uri: "/x",
        vars: [
          ["arg_a", "==", "1"],
          ["arg_a", "==", "2"],
        ],
      },
      0,
    ],
    ["not a path that no request has", { uris: ["/x", "/a//b"] }, 1],
  ])("%s", (_sentence, route, count) => {
    expect(claimOf({ ...plain, route }, undefined).match.paths).toHaveLength(count);
  });

  test.each<[string, AdminRoute, number]>([
    ["each host once", { uri: "/x", hosts: ["a.com", "a.com"] }, 1],
    ["any host as one", { uri: "/x" }, 1],
    ["a single host", { uri: "/x", host: "a.com" }, 1],
    ["not a host that no request has", { uri: "/x", hosts: ["a.com:80", "b.com"] }, 1],
  ])("%s", (_sentence, route, count) => {
    expect(claimOf({ ...plain, route }, undefined).match.hosts).toHaveLength(count);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["a path that another covers does not count", ["/x/*", "/x/a"], ["/y/*"]],
    ["of two that cover each other one counts", ["/x*", "/x*y"], ["/y*"]],
    ["wherever the wider is written", ["/x/a", "/x/*"], ["/y/*"]],
    ["of three the widest", ["/x/a", "/x/*", "/x/a/*"], ["/y/*"]],
  ])("%s", (_sentence, uris, same) => {
    const breadthOf = (uris: readonly string[]) => claimOf({ ...plain, route: { uris } }, undefined).match.pathBreadth;
    expect(breadthOf(uris)).toEqual(breadthOf(same));
  });
});

describe("two versions of a route match the same", () => {
  test.each<[string, AdminRoute, AdminRoute, boolean]>([
    ["one and itself", route, route, true],
    ["in any order", { uris: ["/x", "/y"], hosts: ["a", "b"] }, { uris: ["/y", "/x"], hosts: ["b", "a"] }, true],
    ["uri and uris", { uri: "/x" }, { uris: ["/x"] }, true],
    ["other uris", { uri: "/x" }, { uri: "/y" }, false],
    ["one uri more", { uris: ["/x"] }, { uris: ["/x", "/y"] }, false],
    ["other hosts", { hosts: ["a.com"] }, { hosts: ["b.com"] }, false],
    ["hosts and none", { hosts: ["a.com"] }, {}, false],
    ["host and hosts", { host: "a.com" }, { hosts: ["a.com"] }, true],
    ["other methods", { methods: ["GET"] }, { methods: ["PUT"] }, false],
    ["methods and none", { methods: ["GET"] }, {}, false],
    ["other addresses", { remote_addr: "10.0.0.1" }, { remote_addr: "10.0.0.2" }, false],
    ["one address, however it is written", { remote_addr: "10.0.0.1" }, { remote_addrs: ["10.0.0.1"] }, true],
    ["other vars", { vars: [["arg_a", "==", "1"]] }, { vars: [["arg_a", "==", "2"]] }, false],
    ["no vars and none", { vars: [] }, {}, true],
    ["another filter", { filter_func: "a" }, { filter_func: "b" }, false],
    ["disabled", { status: 0 }, { status: 1 }, false],
    ["enabled, and not a word about it", { status: 1 }, {}, true],
    ["disabled, and not a word about it", { status: 0 }, {}, false],
    ["another number", { priority: 1 }, { priority: 2 }, true],
  ])("%s", (_sentence, a, b, expected) => {
    expect([matchesTheSame(a, b), matchesTheSame(b, a)]).toEqual([expected, expected]);
  });
});

describe("who is older", () => {
  test.each<[string, Partial<Contestant>, Partial<Contestant>]>([
    ["the one that was there first", { createdAt: "2026-01-01T00:00:00Z" }, { createdAt: "2026-01-02T00:00:00Z" }],
    ["the one whose age is known", { createdAt: "2026-01-01T00:00:00Z" }, { createdAt: undefined }],
    ["else by namespace", { namespace: "a", name: "z", id: "z" }, { namespace: "b", name: "a", id: "a" }],
    ["else by name", { name: "a", id: "z" }, { name: "b", id: "a" }],
    ["else by id", { id: "a" }, { id: "b" }],
  ])("%s", (_sentence, older, younger) => {
    const [first, other] = [older, younger].map((more) =>
      claimOf({ ...plain, namespace: "n", name: "n", ...more }, undefined),
    );
    if (first === undefined || other === undefined) throw new Error("two claims");
    // Between equals the place by id decides.
    const rivals = rivalsOf([other, first]);
    const [a, b] = [first, other].map(({ id, createdMs }) =>
      rivals.find((it) => it.id === id && it.createdMs === createdMs),
    );
    if (a === undefined || b === undefined) throw new Error("two rivals");
    expect([Math.sign(compareAge(a, b)), Math.sign(compareAge(b, a))]).toEqual([-1, 1]);
  });
});

describe("a claim says what another says", () => {
  const claim = claimOf(plain, stands());

  test("where it was made of the same", () => expect(claimTheSame(claim, claimOf({ ...plain }, stands()))).toBe(true));

  test.each<[string, Partial<Contestant>, Partial<StandingPriority>]>([
    ["other hosts", { route: { ...route, hosts: ["b.com"] } }, {}],
    ["other paths", { route: { ...route, uri: "/y" } }, {}],
    ["other methods", { route: { ...route, methods: ["PUT"] } }, {}],
    ["foreign", { isForeign: true, explicitPriority: 70 }, {}],
    ["a number", { explicitPriority: 70 }, {}],
    ["hosts of a service", { hostsSource: "Service" }, {}],
    ["another place", {}, { priority: 71 }],
    ["no kept number", {}, { source: "Explicit" }],
    ["another age", { createdAt: "2026-01-02T00:00:00Z" }, {}],
    ["another namespace", { namespace: "other" }, {}],
    ["another name", { name: "other" }, {}],
  ])("not with %s", (_sentence, more, standing) => {
    expect(claimTheSame(claim, claimOf({ ...plain, ...more }, stands(standing)))).toBe(false);
  });
});
