import { describe, expect, test } from "vitest";
import { varsProblems } from "../../../src/wire/crd/vars.ts";

describe("the grammar of vars", () => {
  test.each<[string, readonly unknown[]]>([
    ["nothing at all", []],
    ["one comparison", [["arg_x", "==", "1"]]],
    [
      "operators in any case",
      [
        ["arg_x", "IN", ["1"]],
        ["arg_y", "Has", "a"],
      ],
    ],
    [
      "the old form of two entries, which means ==",
      [
        ["arg_x", "A"],
        ["arg_y", 1],
      ],
    ],
    ["an operator without a value asks for absence", [["arg_x", "=="]]],
    ["null as a value", [["arg_x", "~=", null]]],
    ["a negation", [["arg_x", "!", "~~", "^a"]]],
    ["more than four entries: the rest is ignored", [["arg_x", "==", "1", "2", "3"]]],
    ["a logical operator in front", ["or", ["a", "==", 1], ["b", "==", 2]]],
    [
      "lists in lists",
      [
        [
          ["a", "==", 1],
          ["b", "==", 2],
        ],
        ["!AND", ["c", "<", 3], ["d", ">", 4]],
      ],
    ],
    ["a broken regular expression never matches, but the gateway takes it", [["arg_x", "~~", "("]]],
    [
      "addresses, alone, in brackets or as ranges",
      [
        ["remote_addr", "ipmatch", "10.0.0.0/8"],
        ["x", "ipmatch", ["::1", "[::2]"]],
      ],
    ],
  ])("takes %s", (_sentence, vars) => expect(varsProblems(vars)).toEqual([]));

  test.each<[string, readonly unknown[], readonly (string | number)[], string]>([
    ["a comparison without brackets of its own", ["arg_x", "==", "1"], [], "brackets of its own"],
    ["a number in front", [1], [0], "is not a condition"],
    ["an object in place of a condition", [{ a: 1 }], [0], "is not a condition"],
    ["a text behind a condition (500)", [["a", "==", 1], "x"], [1], "is not a condition"],
    ["texts behind AND (500)", ["AND", "a", "b"], [1], "is not a condition"],
    ["an empty condition", [[]], [0], "is an empty list"],
    ["AND with nothing", ["AND"], [], "needs at least two conditions"],
    ["AND with one condition", [["AND", ["a", "==", 1]]], [0], "needs at least two conditions"],
    ["a name alone", [["arg_x"]], [0], "has no operator and no value"],
    ["a variable that is no text: every request answers 500", [[1, "==", "x"]], [0, 0], "name of a variable"],
    ["a logical operator used as a name (500)", [["or", "==", "x"]], [0, 1], "is not a condition"],
    ["two entries with true (500)", [["arg_x", true]], [0, 1], "must be an operator or a text"],
    ["two entries with null (500)", [["arg_x", null]], [0, 1], "must be an operator or a text"],
    ["four entries without !", [["arg_x", "not", "==", "1"]], [0, 1], "is a negation"],
    ["! in front", [["!", "arg_x", "==", "1"]], [0, 1], "is a negation"],
    ["an operator of another language", [["arg_x", "!=", "1"]], [0, 1], 'did you mean "~="?'],
    ["a negated operator that there is not", [["arg_x", "!", "=", "1"]], [0, 2], 'did you mean "=="?'],
    ["a misspelt operator", [["arg_x", "ipmatsch", "1"]], [0, 1], 'did you mean "ipmatch"?'],
    ["an operator that is a number", [["arg_x", 1, "1"]], [0, 1], "must be an operator"],
    ["no address", [["x", "ipmatch", []]], [0, 2], "at least one address"],
    ["an address left out", [["x", "ipmatch"]], [0, 1], "at least one address"],
    ["an address that is none", [["x", "ipmatch", ["10.0.0.1", "10.0.0"]]], [0, 2, 1], "is not an IP address"],
    ["an address that is no text", [["x", "ipmatch", [1]]], [0, 2, 0], "must be a text"],
    [
      "deep down",
      [
        [
          "OR",
          ["a", "==", 1],
          [
            ["b", "==", 2],
            ["c", "=", 3],
          ],
        ],
      ],
      [0, 2, 1, 1],
      'did you mean "=="?',
    ],
  ])("refuses %s", (_sentence, vars, path, words) => {
    expect(varsProblems(vars)[0]).toEqual({ path, message: expect.stringContaining(words) });
  });

  test("a list nested without end is refused, not followed", () => {
    const deep = Array.from({ length: 20_000 }).reduce<unknown[]>((inner) => [inner], ["a", "==", 1]);
    expect(varsProblems(deep)[0]?.message).toContain("levels deep");
  });

  test("a constant never stands in a message: it may be a token", () => {
    expect(JSON.stringify(varsProblems([["http_authorization", "=", "canary"]]))).not.toContain("canary");
  });
});
