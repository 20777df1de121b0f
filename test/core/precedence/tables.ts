import fc from "fast-check";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import type { Draft } from "./build.ts";
import type { SmallRequest } from "./model.ts";

export const runs = Number(process.env["FC_RUNS"] ?? 150);

const hosts = ["a.com", "b.com", "x.a.com", "*.a.com", "*.com", "a.com:9080"];
const uris = ["/x", "/x/*", "/x/*/y", "/x/:id", "/x/:id/y", "/x/:id/*", "/*", "/x/:name/z"];
const vars = [
  ["arg_v", "==", "1"],
  ["arg_v", "==", 1],
  ["arg_v", "==", "2"],
  ["http_beta", "==", "1"],
  ["arg_w", "~~", "."],
];
const explicit = [0, 0, 1, -1, 2, 5, 1000, -1000, 99_999_999_999_999];

/** Few alphabets, so that routes meet; numbers on few, so that there is something to fill. */
export function draftOf(id: string): fc.Arbitrary<Draft> {
  return fc
    .record(
      {
        hosts: fc.uniqueArray(fc.constantFrom(...hosts), { minLength: 1, maxLength: 3 }),
        uris: fc.uniqueArray(fc.constantFrom(...uris), { minLength: 1, maxLength: 2 }),
        methods: fc.constantFrom(["GET"], ["GET", "POST"], ["POST"]),
        vars: fc.uniqueArray(fc.constantFrom(...vars), { minLength: 1, maxLength: 2 }),
        remote_addrs: fc.constantFrom(["10.0.0.1"], ["10.0.0.2"], ["10.0.0.1", "10.0.0.2"]),
        number: fc.constantFrom(...explicit),
        from: fc.constantFrom("Route", "Service"),
        born: fc.integer({ min: 0, max: 4 }),
      },
      { requiredKeys: ["uris", "born"] },
    )
    .chain((draft) => fc.tuple(fc.constant(draft), fc.integer({ min: 0, max: 9 })))
    .map(([{ number, from, methods, vars, remote_addrs, ...rest }, dice]): Draft => ({
      id,
      ...rest,
      ...(dice % 2 === 0 && methods !== undefined && { methods }),
      ...(dice % 3 !== 0 && vars !== undefined && { vars }),
      ...(dice === 5 && remote_addrs !== undefined && { remote_addrs }),
      ...(dice < 4 && number !== undefined && { explicit: number }),
      ...(dice === 3 && { foreign: true }),
      ...(rest.hosts !== undefined && from !== undefined && { from }),
    }));
}

export function tables(size = 6): fc.Arbitrary<readonly Draft[]> {
  return fc.tuple(...Array.from({ length: size }, (_, at) => draftOf(`r${at}`)));
}

export const requests: readonly SmallRequest[] = ["a.com", "a.com:9080", "b.com", "x.a.com", "q.com"].flatMap((host) =>
  ["/x", "/x/1", "/x/1/y", "/x/1/2/y", "/x/1/z", "/q"].flatMap((path) =>
    ["GET", "POST", "PUT"].flatMap((method) =>
      [undefined, "1", "01", "2"].flatMap((v) =>
        [undefined, "1"].flatMap((beta) =>
          [undefined, "q"].map((w) => ({
            host,
            path,
            method,
            address: "10.0.0.1",
            variables: {
              ...(v !== undefined && { arg_v: v }),
              ...(beta !== undefined && { http_beta: beta }),
              ...(w !== undefined && { arg_w: w }),
            },
          })),
        ),
      ),
    ),
  ),
);

export const flavors: readonly RouterFlavor[] = ["radixtree_host_uri", "radixtree_uri", "radixtree_uri_with_parameter"];
