import { describe, expect, test } from "vitest";
import { compareBreadth, hostBreadthOf, pathBreadthOf } from "../../../src/core/precedence/breadth.ts";
import { anyHost, hostEntryOf } from "../../../src/core/precedence/hosts.ts";
import { pathEntryOf } from "../../../src/core/precedence/paths.ts";

const flavor = "radixtree_uri_with_parameter";
const hosts = (texts: readonly string[]) => hostBreadthOf(texts.flatMap((text) => hostEntryOf(text, flavor) ?? []));
const paths = (texts: readonly string[]) => pathBreadthOf(texts.flatMap((text) => pathEntryOf(text, flavor) ?? []));

describe("hosts that take in less than others", () => {
  test.each<[string, readonly string[], readonly string[], string]>([
    ["one of two", ["a.com"], ["a.com", "b.com"], "fewer hosts"],
    ["an exact host than a wildcard", ["a.com"], ["*.com"], "narrower hosts"],
    ["a longer suffix than a shorter", ["*.a.com"], ["*.com"], "narrower hosts"],
    ["a wildcard than any host", ["*.com"], ["*"], "narrower hosts"],
    ["a host with port than one without", ["a.com:80"], ["a.com"], "narrower hosts"],
    ["two exact ones than one wildcard", ["a.com", "b.com"], ["*.com"], "narrower hosts"],
    ["an exact one than a wildcard and more", ["a.com"], ["*.com", "a.org"], "fewer hosts"],
    ["by the broadest, wherever it is written", ["a.com", "*.a.com"], ["*.com", "b.org"], "narrower hosts"],
  ])("%s", (_sentence, narrow, broad, decidedBy) => {
    expect(compareBreadth("hosts", hosts(narrow), hosts(broad))).toEqual({ sign: 1, decidedBy });
    expect(compareBreadth("hosts", hosts(broad), hosts(narrow))).toEqual({ sign: -1, decidedBy });
  });

  test("a wildcard for all hosts still names one, and is narrower than none named", () => {
    expect(compareBreadth("hosts", hosts(["*"]), hostBreadthOf([anyHost]))).toMatchObject({ sign: 1 });
  });

  test.each([
    ["as many of a kind", ["a.com", "b.com"], ["c.com", "d.com"]],
    ["in any order", ["a.com", "*.com"], ["*.org", "b.com"]],
    ["none at all", [], []],
  ])("equal: %s", (_sentence, a, b) => {
    expect(compareBreadth("hosts", hosts(a), hosts(b))).toEqual({ sign: 0, decidedBy: undefined });
  });
});

describe("paths that take in less than others", () => {
  test.each<[string, readonly string[], readonly string[], string]>([
    ["one of two", ["/x"], ["/x", "/y"], "fewer paths"],
    ["a literal one than one with a parameter", ["/x"], ["/x/:id"], "narrower paths"],
    ["a long parameter pattern is still broader", ["/x"], ["/x/:a/:b/:c/long/long"], "narrower paths"],
    ["a parameter than a star", ["/x/:id"], ["/x/long/*"], "narrower paths"],
    ["more literal characters", ["/xy/*"], ["/x/*"], "narrower paths"],
    ["of as many characters the one with more parameters", ["/x/:a/*"], ["/xy/*"], "narrower paths"],
    ["one more character than one parameter more", ["/xyzz/*"], ["/x/:a/*"], "narrower paths"],
    ["two literal ones than one prefix", ["/x/a", "/x/b"], ["/x/*"], "narrower paths"],
    ["by the broadest, wherever it is written", ["/xy/*", "/x/a"], ["/y/long", "/x/*"], "narrower paths"],
    ["also where it comes last", ["/x/a", "/x/bc", "/xy/*"], ["/x/*", "/y/long", "/y/l"], "narrower paths"],
  ])("%s", (_sentence, narrow, broad, decidedBy) => {
    expect(compareBreadth("paths", paths(narrow), paths(broad))).toEqual({ sign: 1, decidedBy });
    expect(compareBreadth("paths", paths(broad), paths(narrow))).toEqual({ sign: -1, decidedBy });
  });
});
