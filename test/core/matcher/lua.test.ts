import { describe, expect, test } from "vitest";
import {
  addressOf,
  addressSetOf,
  badAddressIn,
  containsAddress,
  tonumber,
  tostring,
} from "../../../src/core/matcher/index.ts";
import { addressText } from "../../../src/core/matcher/ip.ts";

describe("tonumber, as LuaJIT reads numbers", () => {
  test.each<[string, number | undefined]>([
    ["1", 1],
    ["01", 1],
    [" 1\t\n", 1],
    ["+1", 1],
    ["-1.50", -1.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1E-2", 0.01],
    ["0x1F", 31],
    ["0X.8", 0.5],
    ["0x1p4", 16],
    ["-0x10", -16],
    ["0b101", 5],
    ["0B0", 0],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["1e400", Number.POSITIVE_INFINITY],
    ["NaN", Number.NaN],
    ["", undefined],
    [" ", undefined],
    [".", undefined],
    ["--1", undefined],
    ["1e", undefined],
    ["1_0", undefined],
    ["0x", undefined],
    ["0b2", undefined],
    ["0b1.0", undefined],
    ["0o7", undefined],
    ["1,0", undefined],
    ["1 2", undefined],
    ["1f", undefined],
    ["10LL", undefined],
    ["1\0", undefined],
    ["nil", undefined],
    ["１", undefined],
    ["\u00a01", undefined],
  ])("%j is %s", (text, number) => expect(tonumber(text)).toBe(number));

  test("nothing but text and numbers is one", () => {
    expect([true, null, undefined, [1], {}].map(tonumber)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test.each<[number, string]>([
  [1, "1"],
  [-0.5, "-0.5"],
  [0.1 + 0.2, "0.3"],
  [123456789012346, "1.2345678901235e+14"],
  [99999999999999, "99999999999999"],
  [1e-5, "1e-05"],
  [1e300, "1e+300"],
])("%d is written %s", (number, text) => expect(tostring(number)).toBe(text));

describe("addresses", () => {
  test.each([
    "1.2.3.4",
    "::",
    "::1",
    "1::",
    "2001:db8::1",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "[::1]",
  ])("%s is one", (text) => expect(addressOf(text)).toBeDefined());
  test.each([
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4 ",
    ":::",
    "1:2:3",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7:8::",
    ":1::2",
    "::1.2.3",
  ])("%j is none", (text) => expect(addressOf(text)).toBeUndefined());

  test.each<[range: string, inside: string, outside: string]>([
    ["10.1.2.3/8", "10.9.9.9", "11.1.2.3"],
    ["192.168.1.2/31", "192.168.1.3", "192.168.1.4"],
    ["0.0.0.0/0", "9.9.9.9", "::1"],
    ["::/0", "fe80::1", "1.2.3.4"],
    ["2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"],
    ["fd01:1:2:3:8000::/65", "fd01:1:2:3:8000::1", "fd01:1:2:3:7fff::1"],
    ["2001:db8::1/129", "2001:db8::1", "2001:db8::3"],
    ["::ffff:10.0.0.2", "::ffff:10.0.0.2", "10.0.0.2"],
    ["FE80::AB", "fe80::ab", "fe80::ac"],
  ])("%s holds %s and not %s", (range, inside, outside) => {
    const set = addressSetOf([range]);
    if (set === undefined) throw new Error("no set");
    expect([containsAddress(set, inside), containsAddress(set, outside), containsAddress(set, "garbage")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("a list with one that is none is refused as a whole", () => {
    expect(addressSetOf(["1.2.3.4", "1:2:3/64"])).toBeUndefined();
    expect(badAddressIn(["1.2.3.4", "1:2:3/64"])).toBe("1:2:3/64");
  });

  test.each([
    ["2001:DB8:0:0:0:0:0:5", "2001:db8::5"],
    ["0:0:1::", "0:0:1::"],
    ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
  ])("nginx writes %s as %s", (text, written) => expect(addressText(addressOf(text) ?? [])).toBe(written));
});
