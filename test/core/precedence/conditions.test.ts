import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/core/model/index.ts";
import {
  type Conditions,
  conditionsOf,
  type Constant,
  constantsAgree,
} from "../../../src/core/precedence/conditions.ts";

describe("what vars demand, by number", () => {
  const none = { headers: 0, queryParameters: 0, otherVariables: 0, count: 0, equalities: 0 };

  test.each<[string, readonly Json[] | undefined, Partial<Conditions>]>([
    ["nothing, where there are none", undefined, none],
    ["nothing, where the list is empty", [], none],
    ["a header", [["http_a", "~~", "."]], { ...none, headers: 1, count: 1 }],
    ["a query parameter", [["arg_a", "~~", "."]], { ...none, queryParameters: 1, count: 1 }],
    ["another variable", [["cookie_a", "~~", "."]], { ...none, otherVariables: 1, count: 1 }],
    ["one that only ends like a header", [["x_http_", "~~", "."]], { ...none, otherVariables: 1, count: 1 }],
    ["one that only ends like a parameter", [["x_arg_", "~~", "."]], { ...none, otherVariables: 1, count: 1 }],
    [
      "a variable counts once, its conditions each",
      [
        ["arg_a", "~~", "."],
        ["arg_a", "~=", "9"],
      ],
      { ...none, queryParameters: 1, count: 2 },
    ],
    [
      "what is written twice counts once",
      [
        ["arg_a", "==", "1"],
        ["arg_a", "==", "1"],
      ],
      { ...none, queryParameters: 1, count: 1, equalities: 1 },
    ],
    [
      "a header is one, however it is written, and so is its condition",
      [
        ["http_X-A", "~~", "."],
        ["http_x_a", "~~", "."],
      ],
      { ...none, headers: 1, count: 1 },
    ],
    [
      "a parameter is not",
      [
        ["arg_X", "~~", "."],
        ["arg_x", "~~", "."],
      ],
      { ...none, queryParameters: 2, count: 2 },
    ],
    ["an equality", [["arg_a", "==", "1"]], { ...none, queryParameters: 1, count: 1, equalities: 1 }],
    ["the old form is one", [["arg_a", "1"]], { ...none, queryParameters: 1, count: 1, equalities: 1 }],
    ["an operator alone is none", [["arg_a", "IN"]], { ...none, queryParameters: 1, count: 1 }],
    ["a list is none", [["arg_a", "==", ["1"]]], { ...none, queryParameters: 1, count: 1 }],
    ["a table is none", [["arg_a", "==", { a: 1 }]], { ...none, queryParameters: 1, count: 1 }],
    ["an inequality is none", [["arg_a", "~=", "1"]], { ...none, queryParameters: 1, count: 1 }],
    ["a negated equality is none", [["arg_a", "!", "==", "1"]], { ...none, queryParameters: 1, count: 1 }],
    [
      "a negated inequality is one",
      [["arg_a", "!", "~=", "1"]],
      { ...none, queryParameters: 1, count: 1, equalities: 1 },
    ],
    [
      "a mark is one only with an operator and a value",
      [["arg_a", "!", "=="]],
      { ...none, queryParameters: 1, count: 1 },
    ],
    ["so it is with an inequality", [["arg_a", "!", "~="]], { ...none, queryParameters: 1, count: 1 }],
    [
      "a fourth part alone is no mark",
      [["arg_a", "==", "1", "x"]],
      { ...none, count: 1, queryParameters: 1, equalities: 1 },
    ],
    [
      "in words of any case",
      ["or", ["arg_a", "==", "1"], ["arg_b", "==", "1"]],
      { queryParameters: 1, count: 1, equalities: 0 },
    ],
    [
      "an AND counts its parts",
      ["AND", ["arg_a", "==", "1"], ["http_b", "==", "1"]],
      { headers: 1, queryParameters: 1, count: 2, equalities: 2 },
    ],
    [
      "lists within lists are an AND",
      [
        [
          ["arg_a", "==", "1"],
          ["http_b", "==", "1"],
        ],
      ],
      { headers: 1, count: 2 },
    ],
    [
      "a negated AND is one condition",
      ["!AND", ["arg_a", "~=", "1"], ["arg_b", "~=", "1"]],
      { queryParameters: 1, count: 1, equalities: 0 },
    ],
    [
      "a negated OR counts its parts",
      ["!OR", ["arg_a", "~=", "1"], ["arg_b", "~=", "1"]],
      { queryParameters: 2, count: 2, equalities: 2 },
    ],
    [
      "two ORs are two conditions",
      [
        ["OR", ["arg_a", "==", "1"]],
        ["OR", ["arg_a", "==", "2"]],
      ],
      { queryParameters: 1, count: 2 },
    ],
    [
      "an OR names what its branch names that names least",
      ["OR", ["AND", ["http_a", "==", "1"], ["http_b", "==", "1"]], ["arg_c", "==", "1"]],
      { headers: 0, queryParameters: 1, count: 1 },
    ],
    [
      "wherever that branch stands",
      ["OR", ["arg_c", "==", "1"], ["AND", ["http_a", "==", "1"], ["http_b", "==", "1"]]],
      { headers: 0, queryParameters: 1, count: 1 },
    ],
    [
      "a variable named twice in a branch is one there",
      [
        "OR",
        ["AND", ["http_a", "~~", "1"], ["http_a", "~~", "2"]],
        ["AND", ["arg_c", "~~", "1"], ["arg_d", "~~", "1"]],
      ],
      { headers: 1, queryParameters: 0 },
    ],
    [
      "of branches that name as much, the first by name",
      ["OR", ["http_a", "==", "1"], ["arg_c", "==", "1"]],
      { headers: 0, queryParameters: 1 },
    ],
    [
      "however they are written down",
      ["OR", ["arg_c", "==", "1"], ["http_a", "==", "1"]],
      { headers: 0, queryParameters: 1 },
    ],
    [
      "a condition and its opposite are two",
      [
        ["arg_a", "~~", "1"],
        ["!OR", ["arg_a", "~~", "1"]],
      ],
      { queryParameters: 1, count: 2 },
    ],
    ["an empty OR is a condition without names", [["OR"]], { ...none, count: 1 }],
    ["an empty AND is none", [["AND"]], none],
    ["a number in the place of a name is a list", [[7, "==", "1"]], none],
  ])("%s", (_sentence, vars, expected) => {
    expect(conditionsOf(vars)).toMatchObject({ isImpossible: false, ...expected });
  });
});

test.each(["~=", ">", ">=", "<", "<=", "~~", "~*", "in", "has", "ipmatch", "IPMATCH"])(
  "%s alone is an operator without a value, not a text to be equal to",
  (operator) => {
    expect(conditionsOf([["arg_a", operator]])).toMatchObject({ count: 1, equalities: 0 });
  },
);

describe("what a variable must equal", () => {
  test.each<[string, readonly Json[], readonly (readonly [string, Constant])[]]>([
    ["a text", [["arg_a", "==", "A"]], [["arg_a", { type: "text", value: "A" }]]],
    ["a number", [["arg_a", "==", 1]], [["arg_a", { type: "number", value: 1 }]]],
    ["true", [["arg_a", "==", true]], [["arg_a", { type: "boolean", value: true }]]],
    ["nothing at all", [["arg_a", "==", null]], [["arg_a", { type: "absent" }]]],
    ["nothing at all, where no value is written", [["arg_a", "=="]], [["arg_a", { type: "absent" }]]],
    ["in the old form a lower-cased text", [["arg_a", "ABC"]], [["arg_a", { type: "text", value: "abc" }]]],
    ["a number of the old form as text", [["arg_a", 1]], [["arg_a", { type: "text", value: "1" }]]],
    [
      'of 1 and "1" the text, which says more',
      [
        ["arg_a", "==", 1],
        ["arg_a", "==", "1"],
      ],
      [["arg_a", { type: "text", value: "1" }]],
    ],
    [
      "in any order",
      [
        ["arg_a", "==", "1"],
        ["arg_a", "==", 1],
      ],
      [["arg_a", { type: "text", value: "1" }]],
    ],
    ["a text in UTF-8", [["arg_a", "==", "é"]], [["arg_a", { type: "text", value: "\u00c3\u00a9" }]]],
    [
      "nothing by a negated old form",
      ["!OR", ["arg_a", "1"], ["arg_b", "~=", "1"]],
      [["arg_b", { type: "text", value: "1" }]],
    ],
    ["a header by its one name", [["http_X-A", "==", "1"]], [["http_x_a", { type: "text", value: "1" }]]],
  ])("%s", (_sentence, vars, expected) => {
    expect([...conditionsOf(vars).constants]).toEqual(expected);
  });

  test.each<[string, readonly Json[], boolean]>([
    [
      "two texts that differ",
      [
        ["arg_a", "==", "1"],
        ["arg_a", "==", "2"],
      ],
      true,
    ],
    [
      "two that are the same number",
      [
        ["arg_a", "==", 1],
        ["arg_a", "==", "01"],
      ],
      false,
    ],
    [
      "a number that both texts are, which differ",
      [
        ["arg_a", "==", "1"],
        ["arg_a", "==", 1],
        ["arg_a", "==", "01"],
      ],
      true,
    ],
    [
      "of two variables",
      [
        ["arg_a", "==", "1"],
        ["arg_b", "==", "2"],
      ],
      false,
    ],
  ])("what can't be: %s", (_sentence, vars, expected) => {
    expect(conditionsOf(vars).isImpossible).toBe(expected);
  });
});

describe("two constants agree", () => {
  const text = (value: string): Constant => ({ type: "text", value });
  const number = (value: number): Constant => ({ type: "number", value });
  const boolean = (value: boolean): Constant => ({ type: "boolean", value });
  const absent: Constant = { type: "absent" };

  test.each<[string, Constant, Constant, boolean]>([
    ["the same text", text("a"), text("a"), true],
    ["two texts", text("1"), text("01"), false],
    ["the same number", number(1), number(1), true],
    ["two numbers", number(1), number(2), false],
    ["a number and its text", number(1), text("1"), true],
    ["a number and another text of it", number(16), text("0x10"), true],
    ["a number and another number's text", number(1), text("2"), false],
    ["a number and no number", number(1), text("x"), false],
    ["the same truth", boolean(true), boolean(true), true],
    ["two truths", boolean(true), boolean(false), false],
    ["a truth and its text", boolean(true), text("true"), false],
    ["a truth and a number", boolean(true), number(1), false],
    ["nothing and nothing", absent, absent, true],
    ["nothing and the empty text", absent, text(""), false],
    ["nothing and a number", absent, number(0), false],
    ["nothing and false", absent, boolean(false), false],
  ])("%s", (_sentence, a, b, expected) => {
    expect([constantsAgree(a, b), constantsAgree(b, a)]).toEqual([expected, expected]);
  });
});
