import { describe, expect, test } from "vitest";
import { clientAddressOf, normaliseRequest, type RawRequest } from "../../../../src/core/matcher/index.ts";
import { unknownValue, variableOf } from "../../../../src/core/matcher/request/variables.ts";
import { rawOf, requestOf, type Asked } from "../support.ts";

describe("paths, as nginx normalises them", () => {
  test.each([
    ["/", "/"],
    ["//a///b/", "/a/b/"],
    ["/a/./b/../c", "/a/c"],
    ["/a/b/..", "/a/"],
    ["/a/.", "/a/"],
    ["/a/...", "/a/..."],
    ["/a/.b/..c", "/a/.b/..c"],
    ["/a%2fb", "/a/b"],
    ["/a/%2e%2E/b", "/b"],
    ["/%252f", "/%2f"],
    ["/a%3Fb%23c", "/a?b#c"],
    ["/a?x/../y", "/a"],
    ["/a#b?c", "/a"],
    ["/a+b", "/a+b"],
    ["/a;x=1", "/a;x=1"],
    ["/caf%C3%A9", "/caf\xc3\xa9"],
    ["/é", "/\xc3\xa9"],
    ["/%0A", "/\n"],
    ["/a\\b", "/a\\b"],
    ["http://a.com", "/"],
    ["http://a.com?x", "/"],
    ["HTTP://a.com:80/b//c", "/b/c"],
  ])("%s is %j", (target, path) => expect(requestOf(target).path).toBe(path));
});

describe("requests that never reach the router", () => {
  const post = (more: Partial<RawRequest>): RawRequest => ({
    method: "POST",
    target: "/",
    headers: [["Host", "a.com"]],
    ...more,
  });
  test.each<[string, RawRequest, number]>([
    ["above the root", rawOf("/a/../.."), 400],
    ["above the root, encoded", rawOf("/%2e%2e/a"), 400],
    ["a broken escape", rawOf("/%zz"), 400],
    ["half an escape", rawOf("/a%2"), 400],
    ["a zero byte", rawOf("/%00"), 400],
    ["a blank", rawOf("/a b"), 400],
    ["a control byte", rawOf("/a\x01"), 400],
    ["no slash at the start", rawOf("foo"), 400],
    ["a star", rawOf({ method: "OPTIONS", target: "*" }), 400],
    ["a user in the target", rawOf("http://u@a.com/"), 400],
    ["an empty host in the target", rawOf("http:///x"), 400],
    ["small letters in the method", post({ method: "Get" }), 400],
    ["no Host in HTTP/1.1", post({ headers: [] }), 400],
    ["an empty Host", post({ headers: [["Host", ""]] }), 400],
    ["an empty Host in HTTP/1.0", post({ headers: [["Host", ""]], http: "1.0" }), 400],
    [
      "two Hosts",
      post({
        headers: [
          ["Host", "a.com"],
          ["host", "a.com"],
        ],
      }),
      400,
    ],
    ["a blank in the Host", post({ headers: [["Host", "a.com, b.com"]] }), 400],
    ["a slash in the Host", post({ headers: [["Host", "a.com/x"]] }), 400],
    ["two dots in the Host", post({ headers: [["Host", "a..com"]] }), 400],
    ["only a port as Host", post({ headers: [["Host", ":80"]] }), 400],
    [
      "two lengths",
      post({
        headers: [
          ["Host", "a"],
          ["Content-Length", "0"],
          ["Content-Length", "0"],
        ],
      }),
      400,
    ],
    [
      "a blank in a header's name",
      post({
        headers: [
          ["Host", "a"],
          ["x y", "1"],
        ],
      }),
      400,
    ],
    ["TRACE", post({ method: "TRACE" }), 405],
    ["CONNECT", post({ method: "CONNECT" }), 405],
    ["a request line beyond the buffer", rawOf(`/${"x".repeat(9000)}`), 414],
  ])("%s", (_, raw, status) => expect(normaliseRequest(raw)).toMatchObject({ kind: "refused", status }));
});

test.each([
  ["A.Com", "a.com"],
  ["a.com:8080", "a.com"],
  ["a.com.", "a.com"],
  ["a.com.:80", "a.com"],
  [" a.com ", "a.com"],
  ["[::1]:80", "[::1]"],
  ["[2001:DB8::1]", "[2001:db8::1]"],
  ["a.com,b.com", "a.com,b.com"],
  ["a.com:x", "a.com"],
])("the Host header %j is host %s", (host, seen) => expect(requestOf({ host }).host).toBe(seen));

describe("the client's address", () => {
  test.each([
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", "10.1.2.3", "10.1.2.3"],
    ["127.0.0.1", "1.1.1.1, 2.2.2.2", "2.2.2.2"],
    ["127.0.0.1", "2001:DB8::1", "2001:db8::1"],
    ["127.0.0.1", "10.1.2.3:80", "10.1.2.3"],
    ["127.0.0.1", "garbage", "127.0.0.1"],
    ["10.0.0.9", "10.1.2.3", "10.0.0.9"],
  ])("from %s with X-Real-IP %s is %s", (peer, header, address) => expect(clientAddressOf(peer, header)).toBe(address));
});

describe("variables", () => {
  const json = (body: unknown): Asked => ({
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: [["Content-Type", "application/json"]],
  });
  const form = (body: string): Asked => ({
    method: "POST",
    body,
    headers: [["Content-Type", "application/x-www-form-urlencoded"]],
  });
  const graphql = (body: string): Asked => ({
    method: "POST",
    body,
    headers: [["Content-Type", "application/graphql"]],
  });
  const multipart = (body: string): Asked => ({
    method: "POST",
    body,
    headers: [["Content-Type", 'multipart/form-data; boundary="b"']],
  });

  test.each<[name: string, asked: Asked, value: unknown]>([
    ["arg_x", "/?x=1&x=2", "1"],
    ["arg_x", "/?x", true],
    ["arg_x", "/?x=", ""],
    ["arg_x", "/?X=1", undefined],
    ["arg_a b", "/?a+b=c%2Bd+e", "c+d e"],
    ["arg_x", "/?x=%zz%4", "%zz%4"],
    ["arg_x", "/?&&=1&x=1=2", "1=2"],
    ["arg_x", "/?y=1;x=2", undefined],
    ["args", "/?", undefined],
    ["args", "/?#x", ""],
    ["is_args", "/?a", "?"],
    ["request_uri", "/a//b?x#y", "/a/b?x"],
    ["real_request_uri", "/a//b?x", "/a//b?x"],
    ["uri", "/%41", "/A"],
    [
      "http_x_y",
      {
        headers: [
          ["X-Y", "1"],
          ["x_y", "2"],
        ],
      },
      "1, 2",
    ],
    ["http_X-Y", { headers: [["X-Y", "  1  "]] }, "1"],
    ["http_x", { headers: [["X", ""]] }, ""],
    ["http_x", "/", undefined],
    ["HTTP_X", { headers: [["X", "1"]] }, "1"],
    ["http_x_y", { headers: [["x.y", "1"]] }, undefined],
    ["http_host", { host: "A.com:80" }, "A.com:80"],
    ["host", { host: "A.com:80" }, "a.com"],
    [
      "http_cookie",
      {
        headers: [
          ["Cookie", "a=1"],
          ["Cookie", "b=2"],
        ],
      },
      "a=1; b=2",
    ],
    [
      "cookie_b",
      {
        headers: [
          ["Cookie", "a=1"],
          ["Cookie", "b=2"],
        ],
      },
      "2",
    ],
    ["cookie_a", { headers: [["Cookie", "a=1 ; a=2"]] }, "1"],
    ["cookie_a", { headers: [["Cookie", "a=x=y; c"]] }, "x=y"],
    ["cookie_A", { headers: [["Cookie", "a=1"]] }, undefined],
    ["remote_addr", { remoteAddr: "2001:DB8::1" }, "2001:db8::1"],
    ["server_port", "/", "9080"],
    ["method", { method: "PUT" }, "PUT"],
    ["remote_user", { headers: [["Authorization", "Basic dTpw"]] }, "u"],
    ["route_id", "/", undefined],
    ["no_such_thing", "/", undefined],
    ["time_iso8601", "/", unknownValue],
    ["post_arg_x", form("x=1&x=2"), "1"],
    ["post_arg_x", json({ x: 1 }), undefined],
    ["post_arg.x", form("x=%31&x=2"), ["1", "2"]],
    ["post_arg.a.b", json({ a: { b: 1.5 } }), 1.5],
    ["post_arg.a", json({ a: null }), null],
    ["post_arg.a.b", json({ a: null }), undefined],
    ["post_arg.l.0", json({ l: ["x"] }), undefined],
    ["post_arg.l[0]", json({ l: ["x"] }), ["x"]],
    ["post_arg.l[-1:]", json({ l: ["x", "y"] }), ["y"]],
    ["post_arg.l[*].r", json({ l: [{ r: 1 }, { s: 2 }, { r: 3 }] }), [1, 3]],
    ["post_arg.a..b", json({ a: { c: { b: 1 }, b: 2 } }), [1, 2]],
    ["post_arg.l[*]", json({ l: [] }), undefined],
    ["post_arg.l[?(@.a>1)]", json({ l: [] }), unknownValue],
    ["post_arg..deep", json({ deep: 1 }), 1],
    ["post_arg.__proto__", json({}), undefined],
    ["post_arg.s", json('{"s":"\\u00e9\\ud83d\\ude00"}'), "\xc3\xa9\xf0\x9f\x98\x80"],
    ["post_arg.s", json('{"s":"a\tb"}'), "a\tb"],
    ["post_arg.s", json("{s:1}"), undefined],
    ["post_arg.x", json('"invalid"'), undefined],
    ["post_arg.f", multipart('--b\r\nContent-Disposition: form-data; name="f"\r\n\r\na\r\nb\r\n--b--\r\n'), "a\r\nb"],
    ["graphql_name", graphql("# c\nquery Get($a: [Int!]! = 1) @d { x(y: {z: [1, $a]}) }"), "Get"],
    ["graphql_operation", graphql("mutation{a}"), "mutation"],
    ["graphql_root_fields", graphql("{ a: b, c { d } ...F }"), ["b", "c", "F"]],
    ["graphql_name", graphql("subscription S { x }"), undefined],
    ["graphql_name", "/?query=query%20N%20%7Bx%7D", "N"],
    ["graphql_name", { method: "PUT", body: "query N {x}" }, undefined],
  ])("%s of %j", (name, asked, value) => expect(variableOf(requestOf(asked), name)).toEqual(value));

  test.each<[string, Asked]>([
    ["post_arg.a[", json({ a: 1 })],
    ["post_arg.a-b[0]", json({ a: 1 })],
    ["post_arg.a[0]", json(5)],
    ["graphql_name", graphql("{ ... { a } }")],
    ["graphql_name", "/?query"],
    ["graphql_name", json("5")],
  ])("%s of %j raises an error in the gateway", (name, asked) =>
    expect(() => variableOf(requestOf(asked), name)).toThrow(),
  );
});
