import { describe, expect, test } from "vitest";
import { tableOf, normaliseRequest, match } from "../../../src/core/matcher/index.ts";
import { routerFlavors, type AdminRoute, type AdminService, type RouterFlavor } from "../../../src/core/model/index.ts";
import { rawOf, winnerOf, type Asked } from "./support.ts";

type Expected = string | readonly [uri: string, host: string, parameters: string];
interface Row {
  readonly rule: string;
  readonly routes: readonly AdminRoute[];
  readonly services?: readonly AdminService[];
  /** Request → winner (notFound: none), for all routers or for each. */
  readonly asked: readonly (readonly [Asked, Expected])[];
}
const r = (id: string, uri: string, more: Partial<AdminRoute> = {}): AdminRoute => ({ id, uri, ...more });
const none = "notFound";

// Tricky cases that were executed on the real router code. Columns: uri router, host router, router with parameters.
const rows: readonly Row[] = [
  {
    rule: "exact before tree, priority irrelevant",
    routes: [r("a", "/foo/*", { priority: 100 }), r("b", "/foo/bar", { priority: -5 })],
    asked: [
      ["/foo/bar", "b"],
      ["/foo", none],
    ],
  },
  {
    rule: "longest key first",
    routes: [r("a", "/*", { priority: 100 }), r("b", "/api/*"), r("c", "/api/v1*", { priority: -9 })],
    asked: [["/api/v1x", "c"]],
  },
  {
    rule: "same bucket: longer text first, but priority before it",
    routes: [r("a", "/foo/*"), r("b", "/foo/*/bar"), r("c", "/foo/*", { priority: 1, methods: ["POST"] })],
    asked: [
      ["/foo/x/bar", "b"],
      [{ method: "POST", target: "/foo/x/bar" }, "c"],
    ],
  },
  { rule: "a tie goes by load order, not by id", routes: [r("b", "/t"), r("a", "/t")], asked: [["/t", "b"]] },
  {
    rule: "methods and vars add no precedence",
    routes: [
      r("any", "/m"),
      r("get", "/m", { methods: ["GET"] }),
      r("anyX", "/n*"),
      r("v", "/n*", { vars: [["arg_x", "==", "1"]] }),
    ],
    asked: [
      ["/m", "any"],
      ["/n?x=1", "anyX"],
    ],
  },
  {
    rule: "hosts are a level of their own only in the host router",
    routes: [
      r("n", "/x", { priority: 100 }),
      r("w", "/x", { host: "*.foo.com", priority: 50 }),
      r("e", "/x", { host: "a.foo.com", priority: -1 }),
    ],
    asked: [
      [{ host: "a.foo.com", target: "/x" }, ["n", "e", "n"]],
      [{ host: "foo.com", target: "/x" }, "n"],
    ],
  },
  {
    rule: "host levels: exact, suffixes, star, none",
    routes: [
      r("e", "/only", { host: "a.foo.com" }),
      r("w", "/*", { host: "*.foo.com" }),
      r("s", "/*", { host: "*" }),
      r("n", "/z"),
    ],
    asked: [
      [{ host: "a.foo.com", target: "/z" }, ["n", "w", "n"]],
      [{ host: "a.bar.com", target: "/z" }, ["n", "s", "n"]],
    ],
  },
  {
    rule: "longest suffix first",
    routes: [
      r("w1", "/*", { host: "*.com" }),
      r("w2", "/*", { host: "*.foo.com" }),
      r("w3", "/*", { host: "*foo.com" }),
      r("w4", "/*", { host: "*" }),
    ],
    asked: [
      [{ host: "a.foo.com", target: "/" }, ["w1", "w2", "w1"]],
      [{ host: "foo.com", target: "/" }, ["w1", "w3", "w1"]],
    ],
  },
  {
    rule: "a catch-all of an exact host hides exact paths without host",
    routes: [r("n", "/x", { priority: 10 }), r("h", "/*", { host: "a.com" })],
    asked: [[{ host: "a.com", target: "/x" }, ["n", "h", "n"]]],
  },
  {
    rule: "a host with port compares with the raw header, never in the host router",
    routes: [r("p", "/x", { host: "a.com:9080" }), r("v6", "/y", { host: "[::1]" })],
    asked: [
      [{ host: "a.com:9080", target: "/x" }, ["p", none, "p"]],
      [{ host: "A.com:9080", target: "/x" }, none],
      [{ host: "[::1]:9080", target: "/y" }, [none, "v6", none]],
      [{ host: "[::1]", target: "/y" }, "v6"],
    ],
  },
  {
    rule: "a condition that fails goes to the next host level",
    routes: [
      r("e", "/p", { host: "a.b.com", vars: [["arg_q", "==", "1"]] }),
      r("w", "/*", { host: "*.b.com" }),
      r("n", "/p"),
    ],
    asked: [[{ host: "a.b.com", target: "/p" }, ["n", "w", "n"]]],
  },
  {
    rule: "an exact path that misses falls to the prefixes, longest first",
    routes: [r("a", "/p", { methods: ["POST"] }), r("b", "/*"), r("c", "/p*", { vars: [["arg_x", "==", "1"]] })],
    asked: [
      ["/p", "b"],
      ["/p?x=1", "c"],
    ],
  },
  {
    rule: "the slash before a star is part of the key",
    routes: [r("p", "/foo*"), r("s", "/foo/*")],
    asked: [
      ["/foo", "p"],
      ["/foo/", "s"],
    ],
  },
  {
    rule: "text behind a star inside a segment is ignored",
    routes: [r("a", "/foo*bar")],
    asked: [["/fooqux/zz", "a"]],
  },
  {
    rule: "a star names the rest of its segment and spans slashes",
    routes: [r("a", "/foo/*.json"), r("b", "/bar/*/bar")],
    asked: [
      ["/foo/x.txt", "a"],
      ["/bar/x/y/bar", "b"],
      ["/bar//bar", none],
    ],
  },
  {
    rule: "a colon is special only with parameters, or behind a star",
    routes: [r("a", "/user/:id"), r("b", "/user/me"), r("c", "/user/*")],
    asked: [
      ["/user/1", ["c", "c", "a"]],
      ["/user/:id", "a"],
      ["/user/1/2", "c"],
    ],
  },
  {
    rule: "a colon inside a segment makes a prefix",
    routes: [r("a", "/v1/things:batchGet")],
    asked: [["/v1/thingsfoo/bar", [none, none, "a"]]],
  },
  {
    rule: "a parameter behind a star works without parameters, and not with them",
    routes: [r("a", "/foo/*/:id")],
    asked: [["/foo/x/1", ["a", "a", none]]],
  },
  {
    rule: "length of the text decides, not its sense",
    routes: [r("post", "/x/:id/posts"), r("wild", "/x/:verylongname/*"), r("p", "/y/:i"), r("s", "/y/*yz")],
    asked: [
      ["/x/1/posts", [none, none, "wild"]],
      ["/y/1", "s"],
    ],
  },
  {
    rule: "regex characters before a star segment make a uri unreachable",
    routes: [r("a", "/a+b/*"), r("f", "/a+b*"), r("c", "/a(d)/*")],
    asked: [
      ["/a+b/x", "f"],
      ["/a(d)/x", none],
    ],
  },
  {
    rule: "a star inside a segment repeats its character where another segment is a star",
    routes: [r("a", "/foo*/x/*")],
    asked: [
      ["/foobar/x/1", none],
      ["/fooo/x/1", "a"],
      ["/foo/x/1", "a"],
    ],
  },
  {
    rule: "live syntax behind the key is live",
    routes: [r("a", "/u/*/a+b"), r("d", "/d/*/(x|y)\\d")],
    asked: [
      ["/u/1/aaab", "a"],
      ["/u/1/a+b", none],
      ["/d/q/y7", "d"],
    ],
  },
  {
    rule: "a lone star takes everything, last",
    routes: [r("x", "*"), r("y", "/*"), r("z", "/a"), r("w", "foo")],
    asked: [["/b", "y"]],
  },
  {
    rule: "paths are decoded once and normalised",
    routes: [r("a", "/a b"), r("b", "/a/b")],
    asked: [
      ["/a%20b", "a"],
      ["/a%2Fb", "b"],
      ["/x/../a//b", "b"],
    ],
  },
  {
    rule: "one priority for all uris of a route",
    routes: [{ id: "a", uris: ["/x", "/x/*", "/*"] }, r("b", "/x/*", { priority: 1 }), r("c", "/x")],
    asked: [
      ["/x", "a"],
      ["/x/1", "b"],
      ["/zz", "a"],
    ],
  },
  {
    rule: "a route's hosts replace its service's, and a missing service leaves it without",
    services: [{ id: "s1", hosts: ["s1.com", "*.w.com"] }, { id: "s2" }],
    routes: [
      r("a", "/p", { service_id: "s1", priority: 1 }),
      r("b", "/p", { service_id: "s1", host: "b.com" }),
      r("c", "/p", { service_id: "gone" }),
      r("d", "/p", { service_id: "s2", priority: -1 }),
    ],
    asked: [
      [{ host: "b.com", target: "/p" }, "b"],
      [{ host: "x.w.com", target: "/p" }, "a"],
      [{ host: "z.com", target: "/p" }, "c"],
    ],
  },
  {
    rule: "without Host header the host is the server's name",
    routes: [r("c", "/q"), r("d", "/q", { host: "_" })],
    asked: [[{ host: null, http: "1.0", target: "/q" }, ["c", "d", "c"]]],
  },
  {
    rule: "a dot at the end of a host is cut, an absolute target brings its own",
    routes: [r("x", "/p", { host: "abs.com" }), r("y", "/p", { host: "hdr.com" })],
    asked: [
      [{ host: "hdr.com.", target: "/p" }, "y"],
      [{ host: "hdr.com", target: "http://abs.com/p" }, "x"],
    ],
  },
  {
    rule: "no methods are all methods, also unknown ones",
    routes: [r("a", "/p", { methods: [] }), r("b", "/q", { methods: ["GET"] })],
    asked: [
      [{ method: "PROPFIND", target: "/p" }, "a"],
      [{ method: "PROPFIND", target: "/q" }, none],
    ],
  },
  {
    rule: "a disabled route is not there",
    routes: [r("a", "/p", { status: 0, priority: 9 }), r("b", "/p")],
    asked: [["/p", "b"]],
  },
  {
    rule: "one address that is none breaks the whole gateway",
    routes: [r("a", "/p"), r("b", "/q", { remote_addr: "1:2:3/64" })],
    asked: [
      ["/p", "error"],
      ["/nowhere", "error"],
    ],
  },
  {
    rule: "a slash at the end of a pattern is demanded",
    routes: [r("a", "/p/:id/"), r("b", "/p/*/"), r("c", "/a/*"), r("d", "/a/*/")],
    asked: [
      ["/p/1/", ["b", "b", "a"]],
      ["/a/x/", "d"],
      ["/a/x", "c"],
    ],
  },
  {
    rule: "a longer prefix cannot be beaten by priority",
    routes: [
      r("api", "/myservice*", { priority: 1 }),
      r("rx", "/*", { priority: 9999, vars: [["uri", "~~", "^/myservice/.*/ws_html"]] }),
    ],
    asked: [["/myservice/x/ws_html", "api"]],
  },
  {
    rule: "a star segment gives up on paths beyond the engine's stack",
    routes: [r("a", "/foo/*"), r("g", "/glued*")],
    asked: [
      [`/foo/${"x".repeat(7000)}`, none],
      [`/glued${"x".repeat(7000)}`, "g"],
    ],
  },
  {
    rule: "the form with two elements lower-cases its value",
    routes: [r("a", "/p", { vars: [["arg_x", "A"]] })],
    asked: [
      ["/p?x=a", "a"],
      ["/p?x=A", none],
    ],
  },
  {
    rule: "`in` does not turn text into numbers",
    routes: [r("a", "/p", { vars: [["arg_x", "in", [1]]] })],
    asked: [["/p?x=1", none]],
  },
  {
    rule: "an absent variable differs from a text",
    routes: [r("a", "/p", { vars: [["arg_x", "~=", "1"]] })],
    asked: [["/p", "a"]],
  },
  {
    rule: "a number on the right turns the left into one",
    routes: [r("a", "/p", { vars: [["arg_x", "==", 1]] })],
    asked: [
      ["/p?x=01", "a"],
      ["/p?x=1.0", "a"],
      ["/p?x=0x1", "a"],
      ["/p?x=", none],
    ],
  },
  {
    rule: "null means absent, and an argument without value is not",
    routes: [r("a", "/p", { vars: [["arg_x", "==", null]] })],
    asked: [
      ["/p", "a"],
      ["/p?x", none],
    ],
  },
];

const column = (flavor: RouterFlavor) =>
  ["radixtree_uri", "radixtree_host_uri", "radixtree_uri_with_parameter"].indexOf(flavor);

describe.each(routerFlavors)("%s", (flavor) => {
  test.each(rows)("$rule", ({ routes, services = [], asked }) => {
    const table = tableOf({ flavor }, { routes, services });
    for (const [request, expected] of asked) {
      const normalised = normaliseRequest(rawOf(request));
      const found = normalised.kind === "refused" ? "refused" : winnerOf(match(table, normalised.request));
      expect([request, found]).toEqual([request, typeof expected === "string" ? expected : expected[column(flavor)]]);
    }
  });
});

describe("switches of the gateway's configuration", () => {
  const ask = (routes: readonly AdminRoute[], target: string, switches: Parameters<typeof normaliseRequest>[1]) => {
    const normalised = normaliseRequest(rawOf(target), switches);
    if (normalised.kind === "refused") return normalised.status;
    return winnerOf(match(tableOf({ flavor: "radixtree_uri" }, { routes }), normalised.request));
  };

  test("delete_uri_tail_slash makes the root an empty path and hides what is below a slash", () => {
    const cut = { deletesTailSlash: true };
    expect(ask([r("a", "/"), r("b", "/*")], "/", cut)).toBe(none);
    expect(ask([r("a", "*"), r("b", "/*")], "/", cut)).toBe("a");
    expect(ask([r("a", "/bar/*")], "/bar/", cut)).toBe(none);
  });

  test("normalize_uri_like_servlet cuts segments at semicolons and refuses tricks", () => {
    const servlet = { normalisesLikeServlet: true };
    expect(ask([r("a", "/a/b")], "/a;x=1/b;y", servlet)).toBe("a");
    expect(ask([r("a", "/*")], "/a/..;/b", servlet)).toBe(400);
    expect(ask([r("a", "/*")], "/a/;x/b", servlet)).toBe(400);
  });

  test("match_uri_encoded_slash shows the router an encoded slash as text", () => {
    const keep = { keepsEncodedSlash: true };
    expect(ask([r("a", "/x/*/y"), r("b", "/f/a%2Fb")], "/f/a%2fb", keep)).toBe("b");
    expect(ask([r("a", "/f/a/b")], "/f/a%2Fb", {})).toBe("a");
  });
});

describe("versions, as read from the sources of older ones", () => {
  const winnerIn = (
    version: string,
    flavor: RouterFlavor,
    routes: readonly AdminRoute[],
    asked: Asked,
    services: readonly AdminService[] = [],
  ) => {
    const normalised = normaliseRequest(rawOf(asked));
    if (normalised.kind === "refused") return "refused";
    return winnerOf(match(tableOf({ flavor, version }, { routes, services }), normalised.request));
  };

  test("before 3.9 the length of the text decided nothing", () => {
    const routes = [r("short", "/f/*"), r("long", "/f/*everything")];
    expect(winnerIn("3.8.0", "radixtree_uri", routes, "/f/x")).toBe("short");
    expect(winnerIn("3.9.0", "radixtree_uri", routes, "/f/x")).toBe("long");
  });

  test("before 3.9 a host with port met no request", () => {
    const routes = [r("p", "/x", { host: "a.com:80" })];
    expect(winnerIn("3.8", "radixtree_uri", routes, { host: "a.com:80", target: "/x" })).toBe(none);
    expect(winnerIn("3.9", "radixtree_uri", routes, { host: "a.com:80", target: "/x" })).toBe("p");
  });

  test("before 3.9 a slash behind a parameter was dropped from the pattern", () => {
    const routes = [r("a", "/p/:id/")];
    expect(winnerIn("3.8", "radixtree_uri_with_parameter", routes, "/p/1")).toBe("a");
    expect(winnerIn("3.9", "radixtree_uri_with_parameter", routes, "/p/1")).toBe(none);
  });

  test("before 3.12 a parameter took only the bytes of RFC 1738", () => {
    const routes = [r("a", "/p/:id")];
    expect(winnerIn("3.11", "radixtree_uri_with_parameter", routes, "/p/a%20b")).toBe(none);
    expect(winnerIn("3.12", "radixtree_uri_with_parameter", routes, "/p/a%20b")).toBe("a");
  });

  test("before 3.18 a capital in a service's host made it unreachable in the host router only", () => {
    const services = [{ id: "s", hosts: ["S1.com"] }];
    const routes = [r("a", "/p", { service_id: "s" })];
    const asked = { host: "s1.com", target: "/p" };
    expect(winnerIn("3.17", "radixtree_host_uri", routes, asked, services)).toBe(none);
    expect(winnerIn("3.17", "radixtree_uri", routes, asked, services)).toBe("a");
    expect(winnerIn("3.18", "radixtree_host_uri", routes, asked, services)).toBe("a");
  });
});
