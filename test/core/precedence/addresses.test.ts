import { describe, expect, test } from "vitest";
import { addressesOverlap, addressSetOf } from "../../../src/core/precedence/addresses.ts";

describe("client addresses", () => {
  test.each<[string, readonly string[], number | undefined]>([
    ["one", ["10.0.0.1"], 1],
    ["a network", ["10.0.0.0/24"], 256],
    ["a network named by one of its addresses", ["10.0.0.77/24"], 256],
    ["all of IPv4", ["0.0.0.0/0"], 2 ** 32],
    ["one, written with all its bits", ["10.0.0.1/32"], 1],
    ["one of IPv6", ["::1"], 1],
    ["a network of IPv6", ["2001:db8::/120"], 256],
    ["all of IPv6", ["::/0"], 2 ** 128],
    ["what is named twice counts once", ["10.0.0.1", "10.0.0.1"], 1],
    ["what lies within another does not count", ["10.0.0.0/24", "10.0.0.1"], 256],
    ["nor what lies within a later one", ["10.0.0.0", "10.0.1.0/24", "10.0.1.1"], 257],
    ["wherever it is written", ["10.0.0.1", "10.0.0.0/24"], 256],
    ["nor what lies at its end", ["10.0.0.0/24", "10.0.0.255"], 256],
    ["what begins with the same address counts whole", ["10.0.0.0", "10.0.0.0/30"], 4],
    ["neighbors are two", ["10.0.0.1", "10.0.0.2"], 2],
    ["in any order", ["10.0.0.9", "10.0.0.1", "10.0.0.5"], 3],
    ["both families", ["10.0.0.0/24", "::/120", "10.0.0.1"], 512],
    ["none", [], 0],
    ["what is no address proves nothing", ["10.0.0.1", "x"], undefined],
    ["nor does too long a mask", ["10.0.0.1/33"], undefined],
    ["nor one of IPv6", ["::1/129"], undefined],
    ["nor a negative one", ["10.0.0.1/-1"], undefined],
    ["nor a broken one", ["10.0.0.1/8.5"], undefined],
    ["nor a word", ["10.0.0.1/x"], undefined],
  ])("%s", (_sentence, texts, size) => {
    expect(addressSetOf(texts)?.size).toBe(size);
  });

  test("are kept sorted and joined", () => {
    expect(addressSetOf(["::2", "10.0.0.8/31", "10.0.0.0/30", "10.0.0.1"])?.ranges).toEqual([
      { bits: 32, first: 0x0a_00_00_00n, last: 0x0a_00_00_03n },
      { bits: 32, first: 0x0a_00_00_08n, last: 0x0a_00_00_09n },
      { bits: 128, first: 2n, last: 2n },
    ]);
  });

  test.each([
    ["one and itself", ["10.0.0.1"], ["10.0.0.1"], true],
    ["neighbors", ["10.0.0.1"], ["10.0.0.2"], false],
    ["a network and its first", ["10.0.0.0/25"], ["10.0.0.0"], true],
    ["its last", ["10.0.0.0/25"], ["10.0.0.127"], true],
    ["the next", ["10.0.0.0/25"], ["10.0.0.128"], false],
    ["the one before", ["10.0.1.0/25"], ["10.0.0.255"], false],
    ["any of several", ["10.0.0.1", "10.0.0.9"], ["10.0.0.5", "10.0.0.9"], true],
    ["none of several", ["10.0.0.1", "10.0.0.9"], ["10.0.0.5", "10.0.0.8"], false],
    ["the same number in two families", ["0.0.0.1"], ["::1"], false],
  ])("overlap: %s", (_sentence, a, b, expected) => {
    const [mine, theirs] = [addressSetOf(a), addressSetOf(b)];
    if (mine === undefined || theirs === undefined) throw new Error("addresses");
    expect([addressesOverlap(mine, theirs), addressesOverlap(theirs, mine)]).toEqual([expected, expected]);
  });
});
