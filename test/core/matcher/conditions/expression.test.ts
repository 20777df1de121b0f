import { describe, expect, test } from "vitest";
import { compileVars } from "../../../../src/core/matcher/index.ts";
import { evaluate } from "../../../../src/core/matcher/conditions/evaluate.ts";
import { LuaError } from "../../../../src/core/matcher/lua.ts";
import type { Json } from "../../../../src/core/model/index.ts";
import { requestOf, type Asked } from "../support.ts";

function outcomeOf(vars: Json, asked: Asked): boolean | "unknown" | "error" {
  const compiled = compileVars(vars);
  if (compiled.kind === "invalid") throw new Error(compiled.problem);
  if (compiled.kind === "always") return true;
  try {
    return evaluate(compiled.expression, requestOf(asked)) ?? "unknown";
  } catch (error) {
    if (error instanceof LuaError) return "error";
    throw error;
  }
}

const json = (body: unknown): Asked => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: [["Content-Type", "application/json"]],
});

describe("conditions that hold, and that do not", () => {
  test.each<[vars: Json, holds: readonly Asked[], fails: readonly Asked[]]>([
    [[], ["/"], []],
    [{}, ["/"], []],
    [[["arg_x", "==", "1"]], ["/?x=1"], ["/?x=01", "/?x", "/"]],
    [[["arg_x", "==", 1]], ["/?x=1", "/?x=%201", "/?x=0b1", "/?x=1e0"], ["/?x=", "/?x", "/", "/?x=1a"]],
    [[["arg_x", "==", true]], ["/?x"], ["/?x=true", "/"]],
    [[["arg_x", "==", null]], ["/"], ["/?x="]],
    [[["arg_x", "=="]], ["/"], ["/?x=1"]],
    [[["arg_x", "A"]], ["/?x=a"], ["/?x=A"]],
    [[["arg_x", 1]], ["/?x=1"], ["/?x=01"]],
    [[["arg_x", "!"]], ["/?x=!"], ["/"]],
    [[["arg_x", "~=", "1"]], ["/?x=2", "/", "/?x"], ["/?x=1"]],
    [[["arg_x", "~=", 1]], ["/?x=2", "/", "/?x=a"], ["/?x=1.0"]],
    [[["arg_x", "~=", null]], ["/?x="], ["/"]],
    [[["arg_x", ">", 5]], ["/?x=5.1", "/?x=inf"], ["/?x=5", "/?x=", "/", "/?x=nan"]],
    [[["arg_x", "<=", "0x10"]], ["/?x=16", "/?x=-1"], ["/?x=17", "/?x=a"]],
    [[["arg_x", ">", "a"]], [], ["/?x=b"]],
    [[["arg_x", "~~", "^a$"]], ["/?x=a", "/?x=a%0A"], ["/?x=A", "/?x=", "/"]],
    [[["arg_x", "~~", "t"]], ["/?x"], ["/"]],
    [[["arg_x", "~*", "^A$"]], ["/?x=a"], ["/?x=b"]],
    [[["arg_x", "~~", "("]], [], ["/?x=("]],
    [[["arg_x", "!", "~~", "("]], ["/?x=(", "/"], []],
    [[["arg_x", "~~", null]], ["/?x=nil"], ["/?x=1"]],
    [[["arg_x", "in", ["1", 2, true]]], ["/?x=1", "/?x"], ["/?x=2", "/"]],
    [[["arg_x", "in", "1"]], [], ["/?x=1"]],
    [[["arg_x", "has", "1"]], [], ["/?x=1&x=2"]],
    [[["arg_x", "!", "has", "1"]], ["/?x=1"], []],
    [[["post_arg.l[*]", "has", 1]], [json({ l: [2, 1] })], [json({ l: ["1"] }), json({ l: 1 })]],
    [[["post_arg.n", "in", [1]]], [json({ n: 1 })], [json({ n: "1" })]],
    [[["post_arg.n", "==", "1"]], [json({ n: "1" })], [json({ n: 1 })]],
    [[["post_arg.n", "~~", "^1.5$"]], [json({ n: 1.5 })], [json({ n: false })]],
    [[["remote_addr", "ipmatch", "127.0.0.0/8"]], ["/"], [{ remoteAddr: "10.0.0.1" }]],
    [
      [["http_x", "ipmatch", ["10.0.0.0/8"]]],
      [{ headers: [["x", "10.1.1.1"]] }],
      ["/", { headers: [["x", "10.1.1.1, 10.1.1.2"]] }],
    ],
    [[["http_x", "!", "ipmatch", ["10.0.0.0/8"]]], ["/"], [{ headers: [["x", "10.1.1.1"]] }]],
    [[["arg_x", "IN", ["a"]]], ["/?x=a"], ["/?x=b"]],
    [[["arg_x", "==", "1", "2", "3"]], ["/?x=1"], ["/?x=2"]],
    [["OR", ["arg_x", "==", "1"], ["arg_y", "==", "2"]], ["/?x=1", "/?y=2"], ["/"]],
    [["!or", ["arg_x", "==", "1"], ["arg_y", "==", "2"]], ["/"], ["/?y=2"]],
    [["!AND", ["arg_x", "==", "1"], ["arg_y", "==", "2"]], ["/?x=1"], ["/?x=1&y=2"]],
    [
      [
        ["arg_x", "==", "1"],
        [
          "OR",
          ["arg_y", "==", "1"],
          [
            ["arg_z", "==", "1"],
            ["arg_y", "==", "2"],
          ],
        ],
      ],
      ["/?x=1&y=1", "/?x=1&y=2&z=1"],
      ["/?x=1&y=2"],
    ],
  ])("%j", (vars, holds, fails) => {
    for (const asked of holds) expect([asked, outcomeOf(vars, asked)]).toEqual([asked, true]);
    for (const asked of fails) expect([asked, outcomeOf(vars, asked)]).toEqual([asked, false]);
  });
});

describe("conditions that APISIX refuses", () => {
  test.each<[vars: Json, problem: string, isServerError: boolean]>([
    [["x", "==", "y"], "rule should be wrapped inside brackets", false],
    [["AND", ["x", "==", "y"]], "rule too short", false],
    [[["x"]], "invalid expression", false],
    [[[]], "rule too short", false],
    [[{}], "rule too short", false],
    [[["x", "!=", "y"]], "invalid operator '!='", false],
    [[["x", "!", "=="]], "invalid operator '!'", false],
    [[["x", "==", "!", "y"]], "bad 'not' expression", false],
    [[["x", "ipmatch", []]], "invalid ip address", false],
    [[["x", "ipmatch", "nope"]], "invalid ip address", false],
    [["AND", "foo", "bar"], "a rule that is no list", true],
    [[["x", true]], "a name or operator that is no text", true],
    [[[null, "==", "y"]], "a name or operator that is no text", true],
  ])("%j: %s", (vars, problem, isServerError) => {
    expect(compileVars(vars)).toEqual({ kind: "invalid", problem, isServerError });
  });
});

describe("what cannot be told", () => {
  const unknown: Json = ["msec", ">", 5];
  test("stays unknown unless the rest decides", () => {
    expect(outcomeOf([unknown], "/")).toBe("unknown");
    expect(outcomeOf([unknown, ["arg_x", "==", "1"]], "/")).toBe(false);
    expect(outcomeOf(["OR", unknown, ["arg_x", "==", "1"]], "/?x=1")).toBe(true);
    expect(outcomeOf(["!OR", unknown, ["arg_x", "==", "1"]], "/")).toBe("unknown");
  });

  test("hides an error behind it, since nobody knows whether it is reached", () => {
    expect(outcomeOf([[1, "==", "x"]], "/")).toBe("error");
    expect(outcomeOf([unknown, [1, "==", "x"]], "/")).toBe("unknown");
    expect(
      outcomeOf(
        [
          ["arg_x", "==", "1"],
          [1, "==", "x"],
        ],
        "/",
      ),
    ).toBe(false);
  });

  test("an argument without value is no text for ipmatch: an error in the gateway", () => {
    expect(outcomeOf([["arg_ip", "ipmatch", ["10.0.0.0/8"]]], "/?ip")).toBe("error");
  });
});
