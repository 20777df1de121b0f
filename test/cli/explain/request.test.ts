import { describe, expect, test } from "vitest";
import { requestFrom, type TypedRequest } from "../../../src/cli/explain/request.ts";
import { CannotDo } from "../../../src/cli/exit.ts";

const typed = (words: string, more: Partial<TypedRequest> = {}): TypedRequest => ({
  words: words.split(" "),
  headers: [],
  data: undefined,
  remoteAddr: undefined,
  ...more,
});

describe("what is typed becomes the request that curl would send", () => {
  test.each<[sentence: string, typed: TypedRequest, sent: object]>([
    [
      "method and URL",
      typed("GET https://a.com/x?y=1"),
      { method: "GET", scheme: "https", target: "/x?y=1", headers: [["Host", "a.com"]] },
    ],
    ["a URL alone is a GET", typed("http://a.com/"), { method: "GET", target: "/" }],
    [
      "a URL with a body is a POST",
      typed("http://a.com/", { data: "é" }),
      {
        method: "POST",
        body: "é",
        headers: [
          ["Host", "a.com"],
          ["Content-Length", "2"],
        ],
      },
    ],
    ["no path is the root", typed("GET http://a.com"), { target: "/" }],
    ["a query without a path", typed("GET http://a.com?x=1"), { target: "/?x=1" }],
    ["a fragment stays at home", typed("GET http://a.com/x?y#z"), { target: "/x?y" }],
    ["nothing in the path is touched", typed("GET http://a.com/a/../b//c%2f/./"), { target: "/a/../b//c%2f/./" }],
    ["letters beyond ASCII in a path are sent as they are", typed("GET http://a.com/über"), { target: "/über" }],
    [
      "letters beyond ASCII in a host are sent as browsers do",
      typed("GET http://bücher.de/"),
      { headers: [["Host", "xn--bcher-kva.de"]] },
    ],
    ["capitals of a host stay", typed("GET http://A.com/"), { headers: [["Host", "A.com"]] }],
    ["a port stays", typed("GET http://a.com:9080/"), { headers: [["Host", "a.com:9080"]] }],
    ["but not the scheme's own", typed("GET https://a.com:443/"), { headers: [["Host", "a.com"]] }],
    ["an IPv6 host", typed("GET http://[::1]:8080/"), { headers: [["Host", "[::1]:8080"]] }],
    [
      "a Host header of one's own",
      typed("GET http://10.0.0.1/", { headers: ["host: b.com"] }),
      { headers: [["host", "b.com"]] },
    ],
    [
      "with it, a path is enough",
      typed("GET /x", { headers: ["Host: b.com"] }),
      { target: "/x", headers: [["Host", "b.com"]] },
    ],
    [
      "headers in their order, repeated ones too",
      typed("GET http://a.com/", { headers: ["x-a: 1", "x-a:2", "x-empty:"] }),
      {
        headers: [
          ["Host", "a.com"],
          ["x-a", "1"],
          ["x-a", "2"],
          ["x-empty", ""],
        ],
      },
    ],
    [
      "a value may hold colons",
      typed("GET http://a.com/", { headers: ["x-at: 10:30"] }),
      {
        headers: [
          ["Host", "a.com"],
          ["x-at", "10:30"],
        ],
      },
    ],
    ["a client's address", typed("GET http://a.com/", { remoteAddr: "2001:db8::1" }), { remoteAddr: "2001:db8::1" }],
    ["without one the client is the machine itself", typed("GET http://a.com/"), { remoteAddr: "127.0.0.1" }],
    [
      "whose X-Real-IP is believed",
      typed("GET http://a.com/", { headers: ["X-Real-IP: 10.1.2.3"] }),
      { remoteAddr: "10.1.2.3" },
    ],
  ])("%s", (_sentence, input, sent) => expect(requestFrom(input)).toMatchObject(sent));
});

describe("what is no request is refused in a sentence", () => {
  test.each<[typed: TypedRequest, sentence: RegExp]>([
    [typed("GET a.com/x"), /"a\.com\/x" is no URL: it does not begin with http/],
    [typed("GET ftp://a.com/"), /is no URL/],
    [typed("GET /x"), /it names no host/],
    [typed("GET http:///x"), /"" is no host/],
    [typed("GET http://a.com:99999/"), /"a\.com:99999" is no host/],
    [typed("GET http://a.com:port/"), /is no host/],
    [typed("GET http://[::1/"), /is no host/],
    [typed("GET http://me:secret@a.com/"), /a user has no place in it/],
    [{ ...typed("GET"), words: ["GET", "http://a.com/a b"] }, /must be percent-encoded/],
    [typed("http://a.com/ GET"), /"http:\/\/a\.com\/" is no method/],
    [typed("GET http://a.com/ http://b.com/"), /is too much/],
    [typed("GET http://a.com/", { headers: ["x-tenant"] }), /"x-tenant" is no header; write it as 'name: value'/],
    [typed("GET http://a.com/", { headers: ["x tenant: 1"] }), /is no header/],
    [typed("GET http://a.com/", { headers: ["x-tenant: 1\r\nx: 2"] }), /must be one line/],
    [typed("GET http://a.com/", { remoteAddr: "10.0.0.256" }), /is no IP address/],
  ])("%j", (input, sentence) => {
    expect(() => requestFrom(input)).toThrow(CannotDo);
    expect(() => requestFrom(input)).toThrow(sentence);
  });
});
