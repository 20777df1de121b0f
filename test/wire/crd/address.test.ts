import { isIP } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressProblem } from "../../../src/wire/crd/address.ts";

const runs = Number(process.env["FC_RUNS"] ?? 1000);

describe("client addresses", () => {
  test.each(
    "10.0.0.1 0.0.0.0/0 255.255.255.255/32 10.1.2.3/8 :: ::1 ::/0 1:2:3:4:5:6:7:8/128 1:2:3:4:5:6:7:: ::ffff:1.2.3.4 FE80::AB".split(
      " ",
    ),
  )("%s", (address) => expect(addressProblem(address)).toBeUndefined());

  test.each(
    "localhost 10.0.0 10.0.0.256 10.0.0.01 10.0.0.1/33 10.0.0.1/08 10.0.0.1/ 10.0.0.1/a 10.0.0.1/8/8 1:2:3/64 ::1::2 1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7:8:: :1 1: 12345:: g:: ::1/129 ::1.2.3.4/96 ::1.2.3 1.2.3.4::".split(
      " ",
    ),
  )("not %s", (address) => expect(addressProblem(address)).toMatch(/address|slash|hexadecimal/));

  test.each(["", " 10.0.0.1", "10.0.0.1\n", "fe80::1%eth0", "[::1]"])("not %j", (address) =>
    expect(addressProblem(address)).toBeDefined(),
  );

  test("a text without a slash is an address here exactly where Node says so, zones apart", () => {
    const soup = fc.string({ unit: fc.constantFrom(..."0123456789aF.:".split("")), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(soup, fc.ipV4(), fc.ipV6()), (text) => {
        expect(addressProblem(text) === undefined).toBe(isIP(text) !== 0);
      }),
      { numRuns: runs },
    );
  });
});
