import { describe, expect, test } from "vitest";
import type { DiagnosticCode, RouterFlavor } from "../../../src/core/model/index.ts";
import { decisionOf, type RouteRow, type Table } from "./tables.ts";

const hostRouter: RouterFlavor = "radixtree_host_uri";
const uriRouter: RouterFlavor = "radixtree_uri";
const parameters: RouterFlavor = "radixtree_uri_with_parameter";

/** A sentence, the routes, and what is found: `severity name field`. */
type Row = readonly [sentence: string, table: Partial<Table>, found: readonly string[]];

const r = (name: string, uris: string | readonly string[], more: Partial<RouteRow> = {}): RouteRow => ({
  name: name.includes("/") ? name : `shop/${name}`,
  uris: typeof uris === "string" ? [uris] : uris,
  ...more,
});
const foreign = (name: string, uri: string, more: Partial<RouteRow> = {}): RouteRow => ({ name, uris: [uri], ...more });
const onS = { serviceRef: { name: "s" } };

function diagnosticsOf(code: DiagnosticCode, table: Partial<Table>) {
  const { diagnostics } = decisionOf({ flavor: hostRouter, routes: [], services: {}, foreign: [], ...table });
  return diagnostics.filter((diagnostic) => diagnostic.code === code);
}

function rulebook(code: DiagnosticCode, rows: readonly Row[]): void {
  describe(code, () => {
    test.each(rows)("%s", (_sentence, table, found) => {
      const told = diagnosticsOf(code, table).map(({ severity, object, field = "" }) =>
        `${severity} ${object.name} ${field}`.trim(),
      );
      expect(told).toEqual(found);
    });
  });
}

rulebook("HostsInherited", [
  [
    "a route without hosts takes those of its service",
    { routes: [r("a", "/x", onS)], services: { s: ["a.com"] } },
    ["info a spec.serviceRef"],
  ],
  [
    "a sibling that names hosts makes it a warning",
    { routes: [r("a", "/x", onS), r("b", "/y", { ...onS, hosts: ["a.com"] })], services: { s: ["a.com"] } },
    ["warning a spec.serviceRef"],
  ],
  ["a service without hosts hands down none", { routes: [r("a", "/x", onS)], services: { s: undefined } }, []],
  [
    "a route with hosts inherits none",
    { routes: [r("a", "/x", { ...onS, hosts: ["a.com"] })], services: { s: ["a.com"] } },
    [],
  ],
]);

rulebook("HostsOverridden", [
  [
    "hosts that are lost are worth a note",
    { routes: [r("a", "/x", { ...onS, hosts: ["a.com"] })], services: { s: ["a.com", "b.com"] } },
    ["info a spec.hosts"],
  ],
  [
    "hosts that are gained are a warning",
    { routes: [r("a", "/x", { ...onS, hosts: ["c.com"] })], services: { s: ["a.com"] } },
    ["warning a spec.hosts"],
  ],
  [
    "a host under the service's wildcard is not gained",
    { routes: [r("a", "/x", { ...onS, hosts: ["w.a.com"] })], services: { s: ["*.a.com"] } },
    ["info a spec.hosts"],
  ],
  [
    "the same hosts in other case and order are the same",
    { routes: [r("a", "/x", { ...onS, hosts: ["B.com", "a.com"] })], services: { s: ["A.com", "b.com"] } },
    [],
  ],
]);

rulebook("InheritedHostContest", [
  [
    "the story: one inherits what the other names",
    {
      routes: [r("one", "/test*", onS), r("two", "/test*", { ...onS, hosts: ["test2.com"] })],
      services: { s: ["test1.com", "test2.com"] },
    },
    ["warning one spec.serviceRef"],
  ],
  [
    "other paths are no contest",
    {
      routes: [r("one", "/a*", onS), r("two", "/b*", { ...onS, hosts: ["test2.com"] })],
      services: { s: ["test2.com"] },
    },
    [],
  ],
  [
    "a disabled route takes no part",
    {
      routes: [r("one", "/a*", onS), r("two", "/a*", { ...onS, hosts: ["test2.com"], enabled: false })],
      services: { s: ["test2.com"] },
    },
    [],
  ],
  [
    "other methods are no contest",
    {
      routes: [
        r("one", "/a*", { ...onS, methods: ["GET"] }),
        r("two", "/a*", { ...onS, hosts: ["test2.com"], methods: ["PUT"] }),
      ],
      services: { s: ["test2.com"] },
    },
    [],
  ],
  [
    "under the host router a wildcard is a level of its own",
    { routes: [r("one", "/a*", onS), r("two", "/a*", { ...onS, hosts: ["w.a.com"] })], services: { s: ["*.a.com"] } },
    [],
  ],
  [
    "under the uri routers it is not",
    {
      flavor: uriRouter,
      routes: [r("one", "/a*", onS), r("two", "/a*", { ...onS, hosts: ["w.a.com"] })],
      services: { s: ["*.a.com"] },
    },
    ["warning one spec.serviceRef"],
  ],
]);

rulebook("PriorityTie", [
  [
    "equal numbers in one bucket",
    { routes: [r("a", "/x", { priority: 5, vars: [["arg_v", "==", "1"]] }), r("b", "/x", { priority: 5 })] },
    ["warning a spec.priority", "warning b spec.priority"],
  ],
  [
    "equal numbers in different buckets",
    { routes: [r("a", "/x", { priority: 5 }), r("b", "/x/*", { priority: 5 })] },
    [],
  ],
  [
    "conditions that exclude each other",
    {
      routes: [
        r("a", "/x", { priority: 5, vars: [["arg_v", "in", ["1"]]] }),
        r("b", "/x", { priority: 5, vars: [["arg_v", "in", ["2"]]] }),
      ],
    },
    [],
  ],
  [
    "a function that only the gateway can run",
    {
      routes: [
        r("a", "/x", { priority: 5, filterFunc: "function(vars) return math.random() > 0.5 end" }),
        r("b", "/x", { priority: 5 }),
      ],
    },
    [],
  ],
]);

rulebook("AmbiguousMatch", [
  [
    "a header each: equally specific",
    { routes: [r("a", "/x", { vars: [["http_a", "==", "1"]] }), r("b", "/x", { vars: [["http_b", "==", "1"]] })] },
    ["warning b spec"],
  ],
  [
    "conditions of which no request satisfies both",
    { routes: [r("a", "/x", { vars: [["http_a", "~~", "^1$"]] }), r("b", "/x", { vars: [["http_a", "~~", "^2$"]] })] },
    [],
  ],
  [
    "a number on one of them says it",
    {
      routes: [
        r("a", "/x", { vars: [["http_a", "==", "1"]] }),
        r("b", "/x", { priority: 1, vars: [["http_b", "==", "1"]] }),
      ],
    },
    [],
  ],
]);

rulebook("AmbiguousMatch", [
  ["a knot is no equality", { flavor: parameters, routes: [r("a", ["/x/:p", "/y/*"]), r("b", ["/x/*", "/y/:p"])] }, []],
]);

rulebook("PriorityRangeExhausted", [
  [
    "nothing fits between 0 and 1",
    {
      routes: [
        r("a", "/x", {
          priority: 1,
          vars: [
            ["arg_a", "==", "1"],
            ["arg_b", "==", "1"],
          ],
        }),
        r("b", "/x", { vars: [["arg_a", "==", "1"]] }),
        r("c", "/x", { priority: 0 }),
      ],
    },
    ["warning b spec.priority"],
  ],
  [
    "1000 leaves room",
    {
      routes: [
        r("a", "/x", {
          priority: 1000,
          vars: [
            ["arg_a", "==", "1"],
            ["arg_b", "==", "1"],
          ],
        }),
        r("b", "/x", { vars: [["arg_a", "==", "1"]] }),
        r("c", "/x", { priority: 0 }),
      ],
    },
    [],
  ],
]);

rulebook("ContradictoryOrder", [
  [
    "each is more specific than the other somewhere",
    { flavor: parameters, routes: [r("a", ["/x/:p", "/y/*"]), r("b", ["/x/*", "/y/:p"])] },
    ["warning b spec"],
  ],
  [
    "one is more specific everywhere",
    { flavor: parameters, routes: [r("a", ["/x/:p", "/y/:p"]), r("b", ["/x/*", "/y/*"])] },
    [],
  ],
]);

rulebook("PriorityHasNoEffect", [
  ["a route without rivals", { routes: [r("a", "/x", { priority: 7 })] }, ["info a spec.priority"]],
  [
    "an exact path goes first whatever the number",
    { routes: [r("a", "/x/*", { priority: 7 }), r("b", "/x/y")] },
    ["info a spec.priority"],
  ],
  ["in one bucket it counts", { routes: [r("a", "/x", { priority: 7 }), r("b", "/x", { methods: ["GET"] })] }, []],
  ["equal numbers are a contest, too", { routes: [r("a", "/x", { priority: 7 }), r("b", "/x", { priority: 7 })] }, []],
]);

rulebook("Shadowed", [
  [
    "a higher number hides the narrower route",
    { routes: [r("a", "/x", { priority: 9 }), r("b", "/x", { methods: ["GET"] })] },
    ["warning b"],
  ],
  [
    "two routes hide a third between them, method by method",
    {
      routes: [
        r("a", "/x", { priority: 9, methods: ["GET"] }),
        r("b", "/x", { priority: 8, methods: ["POST"] }),
        r("c", "/x", { priority: 1, methods: ["GET", "POST"] }),
      ],
    },
    ["warning c"],
  ],
  [
    "a method is left",
    {
      routes: [
        r("a", "/x", { priority: 9, methods: ["GET"] }),
        r("c", "/x", { priority: 1, methods: ["GET", "POST"] }),
      ],
    },
    [],
  ],
  [
    "a condition that follows from another",
    {
      routes: [
        r("a", "/x", { priority: 9, vars: [["arg_v", "in", ["1", "2"]]] }),
        r("b", "/x", { vars: [["arg_v", "==", "2"]] }),
      ],
    },
    ["warning b"],
  ],
  [
    "one that does not: a number has many spellings",
    {
      routes: [
        r("a", "/x", { priority: 9, vars: [["arg_v", "==", "1"]] }),
        r("b", "/x", { vars: [["arg_v", "==", 1]] }),
      ],
    },
    [],
  ],
  ["one path of two", { routes: [r("a", "/x/*", { priority: 9 }), r("b", ["/y", "/x/*"])] }, ["info b spec.uris[1]"]],
  [
    "one host of two",
    { routes: [r("a", "/x", { priority: 9, hosts: ["a.com"] }), r("b", "/x", { hosts: ["b.com", "a.com"] })] },
    ["info b spec.hosts[1]"],
  ],
  [
    "addresses within addresses",
    {
      routes: [
        r("a", "/x", { priority: 9, remoteAddrs: ["10.0.0.0/8"] }),
        r("b", "/x", { remoteAddrs: ["10.1.0.0/16"] }),
      ],
    },
    ["warning b"],
  ],
  [
    "a host router asks the exact host first: nothing is hidden",
    { routes: [r("a", "/*", { priority: 9 }), r("b", "/x", { hosts: ["a.com"] })] },
    [],
  ],
  [
    "a uri router does not",
    { flavor: uriRouter, routes: [r("a", "/x", { priority: 9 }), r("b", "/x", { hosts: ["a.com"] })] },
    ["warning b"],
  ],
  [
    "a function that nobody can run hides nobody",
    {
      routes: [
        r("a", "/x", { priority: 9, filterFunc: "function(vars) return math.random() > 0.5 end" }),
        r("b", "/x"),
      ],
    },
    [],
  ],
  [
    "a route with a function can be hidden",
    {
      routes: [
        r("a", "/x", { priority: 9 }),
        r("b", "/x", { filterFunc: "function(vars) return math.random() > 0.5 end" }),
      ],
    },
    ["warning b"],
  ],
  [
    "the star route stands behind the slash-star route",
    { routes: [r("a", "/*"), r("b", "*", { methods: ["GET"] })] },
    ["warning b"],
  ],
  ["the host * is asked before no host", { routes: [r("a", "/*", { hosts: ["*"] }), r("b", "/x/y")] }, ["warning b"]],
  [
    "a parameter takes what a literal does not",
    { flavor: parameters, routes: [r("a", "/x/:id", { priority: 9 }), r("b", "/x/:id/*")] },
    [],
  ],
  [
    "a foreign route can hide one, too",
    { routes: [r("b", "/x", { priority: 1, methods: ["GET"] })], foreign: [foreign("old", "/x", { priority: 5 })] },
    ["warning b"],
  ],
]);

rulebook("DuplicateRoute", [
  ["the same path twice", { routes: [r("a", "/x"), r("b", "/x")] }, ["warning b"]],
  ["star and slash-star", { routes: [r("a", "/*"), r("b", "*")] }, ["warning b"]],
  [
    "hosts and methods in another order and case",
    {
      routes: [
        r("a", "/x", { hosts: ["a.com", "b.com"], methods: ["GET", "POST"] }),
        r("b", "/x", { hosts: ["B.com", "A.com"], methods: ["POST", "GET"] }),
      ],
    },
    ["warning b"],
  ],
  [
    "an entry that another covers",
    { routes: [r("a", "/x/*", { hosts: ["*.a.com"] }), r("b", ["/x/*", "/x/y"], { hosts: ["*.a.com", "w.a.com"] })] },
    ["warning b"],
  ],
  [
    "conditions in another order, a one-element list",
    {
      routes: [
        r("a", "/x", {
          vars: [
            ["arg_a", "==", "1"],
            ["arg_b", "in", ["2"]],
          ],
        }),
        r("b", "/x", { vars: [["AND", ["arg_b", "==", "2"], ["arg_a", "in", ["1"]]]] }),
      ],
    },
    ["warning b"],
  ],
  [
    "a header in its two spellings",
    { routes: [r("a", "/x", { vars: [["http_X-A", "==", "1"]] }), r("b", "/x", { vars: [["http_x_a", "==", "1"]] })] },
    ["warning b"],
  ],
  ["names of stars and the text behind a glued star", { routes: [r("a", "/x*"), r("b", "/x*/y")] }, ["warning b"]],
  [
    '1 and "1" are not the same condition',
    { routes: [r("a", "/x", { vars: [["arg_a", "==", 1]] }), r("b", "/x", { vars: [["arg_a", "==", "1"]] })] },
    [],
  ],
  ["the slash makes a difference", { routes: [r("a", "/x*"), r("b", "/x/*")] }, []],
  ["a foreign twin", { routes: [r("a", "/x")], foreign: [foreign("old", "/x")] }, ["warning a"]],
]);

rulebook("NeverMatches", [
  ["slashes in a row behind a star", { routes: [r("a", "/x/*//y")] }, ["warning a spec.uris[0]"]],
  ["slashes at the end of a tree pattern are cut to one", { routes: [r("a", "/x/*//")] }, []],
  ["a path that is written encoded", { routes: [r("a", "/p/%2A")] }, ["warning a spec.uris[0]"]],
  ["a percent sign that encodes nothing", { routes: [r("a", "/100%")] }, []],
  ["live syntax of expressions before a star segment", { routes: [r("a", "/a+b/*")] }, ["warning a spec.uris[0]"]],
  ["the same text with the star glued to it is literal", { routes: [r("a", "/a+b*")] }, []],
  [
    "slashes in a row and dots",
    { routes: [r("a", ["/a//b", "/a/../b", "/ok"])] },
    ["warning a spec.uris[0]", "warning a spec.uris[1]"],
  ],
  [
    "a host with a port under the host router",
    { routes: [r("a", "/x", { hosts: ["a.com", "a.com:9080"] })] },
    ["warning a spec.hosts[1]"],
  ],
  ["under the uri router it lives", { flavor: uriRouter, routes: [r("a", "/x", { hosts: ["a.com:9080"] })] }, []],
  ["an IPv6 address is a host like any other", { routes: [r("a", "/x", { hosts: ["[::1]"] })] }, []],
  [
    "methods that nginx keeps for itself",
    { routes: [r("a", "/x", { methods: ["TRACE"] })] },
    ["warning a spec.methods"],
  ],
  [
    "one variable, two constants",
    {
      routes: [
        r("a", "/x", {
          vars: [
            ["arg_v", "==", "1"],
            ["arg_v", "==", "2"],
          ],
        }),
      ],
    },
    ["warning a spec.vars"],
  ],
  [
    '1 and "1" agree',
    {
      routes: [
        r("a", "/x", {
          vars: [
            ["arg_v", "==", "1"],
            ["arg_v", "==", 1],
          ],
        }),
      ],
    },
    [],
  ],
  [
    "joined by OR they may differ",
    { routes: [r("a", "/x", { vars: [["OR", ["arg_v", "==", "1"], ["arg_v", "==", "2"]]] })] },
    [],
  ],
]);

rulebook("RouterMismatch", [
  ["a star that repeats a character", { routes: [r("a", "/v*/items/*")] }, ["warning a spec.uris[0]"]],
  ["two stars are one", { routes: [r("a", "/x/**")] }, []],
  ["a parameter where there are none", { routes: [r("a", "/user/:id")] }, ["warning a spec.uris[0]"]],
  ["a parameter where there are", { flavor: parameters, routes: [r("a", "/user/:id")] }, []],
  ["behind a star parameters work everywhere", { routes: [r("a", "/x/*/:id")] }, []],
  [
    "but not with parameters on: the star becomes text",
    { flavor: parameters, routes: [r("a", "/x/*/:id")] },
    ["warning a spec.uris[0]"],
  ],
  ["braces are text", { routes: [r("a", "/user/{id}")] }, ["warning a spec.uris[0]"]],
  ["a name for a star is fine", { routes: [r("a", "/files/*path")] }, []],
  ["an ending behind a star is not looked at", { routes: [r("a", "/files/*.json")] }, ["warning a spec.uris[0]"]],
  ["nor is anything behind a glued star", { routes: [r("a", "/a*/b")] }, ["warning a spec.uris[0]"]],
  ["a colon inside a segment is text without parameters", { routes: [r("a", "/v1/things:batch")] }, []],
  [
    "and ends the text with them",
    { flavor: parameters, routes: [r("a", "/v1/things:batch")] },
    ["warning a spec.uris[0]"],
  ],
]);

rulebook("ForeignContest", [
  [
    "a foreign route in the same bucket",
    { routes: [r("a", "/x")], foreign: [foreign("old", "/x", { methods: ["GET"] })] },
    ["warning a"],
  ],
  ["a foreign route elsewhere", { routes: [r("a", "/x")], foreign: [foreign("old", "/x/*")] }, []],
  ["a disabled foreign route", { routes: [r("a", "/x")], foreign: [foreign("old", "/x", { enabled: false })] }, []],
]);

rulebook("UnparsableAddress", [
  [
    "an address that the gateway takes and can't read",
    { routes: [r("a", "/x")], foreign: [foreign("old", "/y", { remoteAddrs: ["1:2:3/64"] })] },
    ["error main"],
  ],
  ["a good address", { routes: [r("a", "/x")], foreign: [foreign("old", "/y", { remoteAddrs: ["::1/128"] })] }, []],
]);

describe("what a finding says", () => {
  test("names of another namespace stay out of every message, and stand in related", () => {
    const table = { routes: [r("shop/a", "/x", { priority: 1 }), r("secret/b", "/x", { priority: 9 })] };
    const { diagnostics } = decisionOf({ flavor: hostRouter, services: {}, foreign: [], ...table });
    const ofShop = diagnostics.filter(({ object }) => object.namespace === "shop");
    expect(ofShop.length).toBeGreaterThan(0);
    for (const { message, why, fix } of ofShop) expect(`${message} ${why} ${fix}`).not.toContain("secret");
    expect(ofShop.flatMap(({ related }) => related.map(({ ref }) => ref.namespace))).toContain("secret");
  });

  test("the story's witness is a request that both routes match", () => {
    const [story] = diagnosticsOf("InheritedHostContest", {
      routes: [r("one", "/test*", onS), r("two", "/test*", { ...onS, hosts: ["test2.com"] })],
      services: { s: ["test1.com", "test2.com"] },
    });
    expect(story?.witness).toMatchObject({ method: "GET", host: "test2.com", uri: expect.stringMatching(/^\/test/) });
  });

  test("a witness carries the conditions of both routes", () => {
    const vars = [
      ["http_x-tenant", "~~", "^v[12]$"],
      ["cookie_beta", "==", "on"],
    ];
    const [tie] = diagnosticsOf("PriorityTie", {
      routes: [
        r("a", "/x/*", { priority: 1, vars, methods: ["POST"] }),
        r("b", "/x/*", { priority: 1, vars: [["arg_q", ">", 3]], remoteAddrs: ["10.0.0.0/8"] }),
      ],
    });
    expect(tie?.witness).toEqual({
      method: "POST",
      host: "any.example.com",
      uri: "/x/w?q=4",
      headers: { "x-tenant": "v1", cookie: "beta=on" },
      remoteAddr: "10.0.0.0",
    });
  });
});
