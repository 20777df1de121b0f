import fc from "fast-check";
import type { AdminRoute, AdminService, Json } from "../../../src/core/model/index.ts";
import type { Asked } from "./support.ts";

// Small alphabets, so that routes and requests meet a lot.
const uris = ["/a", "/a/*", "/a/b", "/a/*/b", "/a/:x", "/a*", "/*", "*", "/a/*/:y", "/b/:x/c"];
const hosts = ["a.com", "*.com", "b.a.com", "*.a.com", "*", "a.com:80"];
const addresses = ["10.0.0.0/8", "10.1.0.0/16", "::1", "127.0.0.1"];
const values = ["1", "2", "01", "a", "A", ""];

const comparison = fc.oneof(
  fc.tuple(
    fc.constantFrom("arg_x", "http_x_v", "cookie_c"),
    fc.constantFrom("==", "~=", ">", "<="),
    fc.constantFrom<Json>("1", 1, "a", null),
  ),
  fc.tuple(
    fc.constantFrom("arg_x", "http_x_v"),
    fc.constant("!"),
    fc.constantFrom("==", "~~"),
    fc.constantFrom<Json>("1", "^a"),
  ),
  fc.tuple(fc.constantFrom("arg_x", "cookie_c"), fc.constant("in"), fc.constant<Json>(["1", "a"])),
  fc.tuple(fc.constantFrom("arg_x", "http_x_v"), fc.constantFrom("~~", "~*"), fc.constantFrom("^a$", "[12]", "(?!1)")),
);
const vars: fc.Arbitrary<readonly Json[]> = fc.oneof(
  fc.array(comparison, { minLength: 1, maxLength: 2 }),
  fc.tuple(fc.constantFrom("OR", "AND", "!OR", "!AND"), comparison, comparison),
);
const filters = ["function(vars) return vars.arg_x == '1' end", "function(vars) return ngx.time() > 5 end"];

export const anyRoute: fc.Arbitrary<AdminRoute> = fc
  .record(
    {
      uris: fc.uniqueArray(fc.constantFrom(...uris), { minLength: 1, maxLength: 3 }),
      hosts: fc.uniqueArray(fc.constantFrom(...hosts), { minLength: 1, maxLength: 2 }),
      methods: fc.uniqueArray(fc.constantFrom("GET", "POST"), { maxLength: 2 }),
      remote_addrs: fc.uniqueArray(fc.constantFrom(...addresses), { minLength: 1, maxLength: 2 }),
      vars,
      filter_func: fc.constantFrom(...filters),
      priority: fc.integer({ min: -1, max: 1 }),
      status: fc.constantFrom(0, 1, 1, 1),
      service_id: fc.constantFrom("s1", "s2", "gone"),
    },
    { requiredKeys: ["uris"] },
  )
  // Rare things stay rare.
  .chain((route) =>
    fc.integer({ min: 0, max: 3 }).map((luck) => {
      const { filter_func: _, remote_addrs, ...plain } = route;
      return luck === 0 ? route : luck === 1 && remote_addrs !== undefined ? { ...plain, remote_addrs } : plain;
    }),
  );

export const anyService: fc.Arbitrary<AdminService> = fc.record(
  { hosts: fc.uniqueArray(fc.constantFrom(...hosts), { minLength: 1, maxLength: 2 }) },
  { requiredKeys: [] },
);

export const anyRequest: fc.Arbitrary<Exclude<Asked, string>> = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT"),
    host: fc.constantFrom("a.com", "b.a.com", "c.b.a.com", "x.com", "a.com:80", "other"),
    path: fc.constantFrom("/", "/a", "/a/", "/a/b", "/a/x/b", "/a/x", "/b/1/c", "/ab", "/z"),
    argument: fc.option(fc.constantFrom(...values), { nil: undefined }),
    header: fc.option(fc.constantFrom(...values), { nil: undefined }),
    cookie: fc.option(fc.constantFrom("1", "a"), { nil: undefined }),
    remoteAddr: fc.constantFrom("10.1.2.3", "10.9.9.9", "::1", "127.0.0.1"),
  })
  .map(({ method, host, path, argument, header, cookie, remoteAddr }) => ({
    method,
    host,
    remoteAddr,
    target: argument === undefined ? path : `${path}?x=${argument}`,
    headers: [
      ...(header === undefined ? [] : [["X-V", header] as const]),
      ...(cookie === undefined ? [] : [["Cookie", `c=${cookie}`] as const]),
    ],
  }));

export const runs = (normally: number): { readonly numRuns: number } => ({
  numRuns: Number(process.env["FC_RUNS"] ?? normally),
});
