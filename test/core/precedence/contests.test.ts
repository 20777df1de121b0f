import { describe, expect, test } from "vitest";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import { contests } from "../../../src/core/precedence/index.ts";
import type { Draft } from "./build.ts";
import { fill } from "./fill.ts";

// Where one bucket, or two texts that differ, say less than they seem to.
const host = "radixtree_host_uri";
const uri = "radixtree_uri";
const param = "radixtree_uri_with_parameter";

describe("who contests with whom", () => {
  test.each<[string, RouterFlavor, Omit<Draft, "id">, Omit<Draft, "id">, boolean]>([
    [
      "a host with port overlaps the host",
      uri,
      { uri: "/x", hosts: ["a.com"] },
      { uri: "/x", hosts: ["a.com:9080"] },
      true,
    ],
    [
      "but not the host with another port",
      uri,
      { uri: "/x", hosts: ["a.com:9081"] },
      { uri: "/x", hosts: ["a.com:9080"] },
      false,
    ],
    [
      "a wildcard with port overlaps a host without",
      uri,
      { uri: "/x", hosts: ["x.a.com"] },
      { uri: "/x", hosts: ["*.a.com:9080"] },
      true,
    ],
    [
      "an IPv6 host without port has none",
      uri,
      { uri: "/x", hosts: ["[::1]"] },
      { uri: "/x", hosts: ["[::1]:9080"] },
      false,
    ],
    [
      "the host router never sees a port",
      host,
      { uri: "/x", hosts: ["a.com:80"] },
      { uri: "/x", hosts: ["a.com:80"] },
      false,
    ],
    ["it takes an IPv6 host", host, { uri: "/x", hosts: ["[::1]"] }, { uri: "/x", hosts: ["[::1]"] }, true],
    ["hosts differ in case only", host, { uri: "/x", hosts: ["A.com"] }, { uri: "/x", hosts: ["a.com"] }, true],
    [
      "different hosts have different buckets under the host router",
      host,
      { uri: "/x", hosts: ["*.com"] },
      { uri: "/x", hosts: ["a.com"] },
      false,
    ],
    ["one bucket under the uri router", uri, { uri: "/x", hosts: ["*.com"] }, { uri: "/x", hosts: ["a.com"] }, true],
    [
      "an exact host outside the wildcard",
      uri,
      { uri: "/x", hosts: ["*.a.com"] },
      { uri: "/x", hosts: ["a.com"] },
      false,
    ],
    [
      "neither suffix ends in the other",
      uri,
      { uri: "/x", hosts: ["*.a.com"] },
      { uri: "/x", hosts: ["*.b.com"] },
      false,
    ],
    [
      "a wildcard without a dot takes the bare name",
      uri,
      { uri: "/x", hosts: ["*a.com"] },
      { uri: "/x", hosts: ["a.com"] },
      true,
    ],
    ["one suffix ends in the other", uri, { uri: "/x", hosts: ["*.a.com"] }, { uri: "/x", hosts: ["*.com"] }, true],
    ["no hosts means any", uri, { uri: "/x" }, { uri: "/x", hosts: ["*.com"] }, true],
    ["no hosts is a level of its own under the host router", host, { uri: "/x" }, { uri: "/x", hosts: ["*"] }, false],
    [
      '1 and "1" are both met by ?v=1',
      host,
      { uri: "/x", vars: [["arg_v", "==", 1]] },
      { uri: "/x", vars: [["arg_v", "==", "1"]] },
      true,
    ],
    [
      '1 and "01" are both met by ?v=01',
      host,
      { uri: "/x", vars: [["arg_v", "==", 1]] },
      { uri: "/x", vars: [["arg_v", "==", "01"]] },
      true,
    ],
    [
      '"1" and "01" are different texts',
      host,
      { uri: "/x", vars: [["arg_v", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "01"]] },
      false,
    ],
    ["1 and 2", host, { uri: "/x", vars: [["arg_v", "==", 1]] }, { uri: "/x", vars: [["arg_v", "==", 2]] }, false],
    [
      'true is not the text "true"',
      host,
      { uri: "/x", vars: [["arg_v", "==", true]] },
      { uri: "/x", vars: [["arg_v", "==", "true"]] },
      false,
    ],
    [
      "absent is not empty",
      host,
      { uri: "/x", vars: [["arg_v", "==", null]] },
      { uri: "/x", vars: [["arg_v", "==", ""]] },
      false,
    ],
    [
      "different variables",
      host,
      { uri: "/x", vars: [["arg_v", "==", "1"]] },
      { uri: "/x", vars: [["arg_w", "==", "2"]] },
      true,
    ],
    [
      "http_X-A and http_x_a are one header",
      host,
      { uri: "/x", vars: [["http_X-A", "==", "1"]] },
      { uri: "/x", vars: [["http_x_a", "==", "2"]] },
      false,
    ],
    [
      "the old form compares lower-cased text",
      host,
      { uri: "/x", vars: [["arg_v", "A"]] },
      { uri: "/x", vars: [["arg_v", "==", "a"]] },
      true,
    ],
    [
      "which is not the text as written",
      host,
      { uri: "/x", vars: [["arg_v", "A"]] },
      { uri: "/x", vars: [["arg_v", "==", "A"]] },
      false,
    ],
    [
      "constants within an OR decide nothing",
      host,
      { uri: "/x", vars: ["OR", ["arg_v", "==", "1"], ["arg_w", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      true,
    ],
    [
      "constants within a nested AND do",
      host,
      { uri: "/x", vars: [["AND", ["arg_v", "==", "1"], ["arg_w", "==", "1"]]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      false,
    ],
    [
      "a doubly negated constant is one",
      host,
      { uri: "/x", vars: ["!OR", ["arg_v", "~=", "1"], ["arg_w", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      false,
    ],
    [
      "a negated constant is none",
      host,
      { uri: "/x", vars: [["arg_v", "!", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      true,
    ],
    [
      "what can't match contests with nobody",
      host,
      {
        uri: "/x",
        vars: [
          ["arg_v", "==", "1"],
          ["arg_v", "==", "2"],
        ],
      },
      { uri: "/x" },
      false,
    ],
    ["a disabled route contests with nobody", host, { uri: "/x", status: 0 }, { uri: "/x" }, false],
    ["methods without a common member", host, { uri: "/x", methods: ["GET"] }, { uri: "/x", methods: ["POST"] }, false],
    ["an empty list of methods is any", host, { uri: "/x", methods: [] }, { uri: "/x", methods: ["POST"] }, true],
    [
      "client addresses without a common member",
      host,
      { uri: "/x", remote_addrs: ["10.0.0.0/25"] },
      { uri: "/x", remote_addr: "10.0.0.128" },
      false,
    ],
    [
      "client addresses with one",
      host,
      { uri: "/x", remote_addrs: ["10.0.0.0/24"] },
      { uri: "/x", remote_addr: "10.0.0.128" },
      true,
    ],
    [
      "IPv4 and IPv6 have none in common",
      host,
      { uri: "/x", remote_addrs: ["0.0.0.0/0"] },
      { uri: "/x", remote_addr: "::/0" },
      false,
    ],
    ["segments that cannot agree", param, { uri: "/u/:id/posts" }, { uri: "/u/:id/likes" }, false],
    ["segments that can", param, { uri: "/u/:id/posts" }, { uri: "/u/:name/*" }, true],
    ["numbers of segments that cannot agree", param, { uri: "/x/:id" }, { uri: "/x/*/y" }, false],
    [
      "they are text under the other routers, in buckets of their own",
      uri,
      { uri: "/u/:id/posts" },
      { uri: "/u/:name/*" },
      false,
    ],
    ["a literal path and a prefix have different buckets", uri, { uri: "/x/a" }, { uri: "/x/*" }, false],
    ["the longer prefix is another bucket", uri, { uri: "/x/a/*" }, { uri: "/x/*" }, false],
    [
      "a star within a segment is a prefix, what follows is not looked at",
      uri,
      { uri: "/foo*bar" },
      { uri: "/foo*" },
      true,
    ],
    ["`*` and `/*` are different buckets", uri, { uri: "*" }, { uri: "/*" }, false],
    ["a trailing slash is demanded", param, { uri: "/p/:id/" }, { uri: "/p/:id" }, false],
    ["a path that no request has contests with nobody", uri, { uri: "/a//b" }, { uri: "/a//b" }, false],
  ])("%s", (_sentence, flavor, a, b, expected) => {
    expect(contests(a, b, flavor)).toBe(expected);
    expect(contests(b, a, flavor)).toBe(expected);
    const { byId } = fill(flavor, [
      { ...a, id: "a" },
      { ...b, id: "b" },
    ]);
    expect((byId.get("a")?.outranksCount ?? 0) + (byId.get("a")?.outrankedByCount ?? 0) > 0).toBe(expected);
  });
});
