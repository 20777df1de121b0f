import { describe, expect, test } from "vitest";
import { compileFilterFunction } from "../../../../src/core/matcher/lua-function/index.ts";
import { requestOf, type Asked } from "../support.ts";

const run = (source: string, asked: Asked) => compileFilterFunction(source)(requestOf(asked));

describe("filter functions that are recognised by their text", () => {
  test.each<[source: string, passes: readonly Asked[], refuses: readonly Asked[]]>([
    ["function(vars) return vars.arg_x == '1' end", ["/?x=1"], ["/?x=2", "/"]],
    ["function (vars)\n return vars['http_x_a'] == \"on\" end", [{ headers: [["X-A", "on"]] }], ["/"]],
    [
      "function(vars, opts) return opts.method == 'POST' and opts.host == 'a.com' end",
      [{ method: "POST", host: "a.com" }],
      [{ host: "a.com" }],
    ],
    ["function(vars) return not (vars.arg_x ~= nil) end", ["/"], ["/?x=1"]],
    ["function(vars) return 0 end", ["/"], []],
    ["function(vars) return false end", [], ["/"]],
    ["function(vars) local x = 1 end", [], ["/"]],
    ["function() return end", [], ["/"]],
    ["function(vars) return true -- always\n end", ["/"], []],
    ["function(vars) return tonumber(vars.arg_n or 0) > 5 end", ["/?n=6"], ["/?n=5", "/"]],
    [
      "function(vars) if vars.arg_x then return true elseif vars.arg_y == 'b' then return 1 else return nil end end",
      ["/?x=1", "/?y=b"],
      ["/"],
    ],
    ["function(vars) local a, b = vars.arg_x, vars.arg_y; return a == b end", ["/", "/?x=1&y=1"], ["/?x=1"]],
    ["function(vars) return (vars.arg_x or ''):lower() .. '!' == 'ab!' end", ["/?x=AB"], ["/?x=b"]],
    ["function(vars) return string.find(vars.uri, '/api', 1, true) == 1 end", ["/api/x"], ["/x/api"]],
    ["function(vars) local ok = false if vars.arg_x then ok = true end return ok end", ["/?x"], ["/"]],
    ["function(vars) return #(vars.arg_x or '') == 2 and -1 < 0 and 7 % 3 == 1 end", ["/?x=ab"], ["/?x=a"]],
  ])("%s", (source, passes, refuses) => {
    for (const asked of passes) expect(run(source, asked)).toBe(true);
    for (const asked of refuses) expect(run(source, asked)).toBe(false);
  });

  test.each([
    "function(vars) error('x') end",
    "function(vars) return vars.arg_x < 5 end",
    "function(vars) return vars.arg_x .. 'a' end",
    "function(vars) return vars.arg_x.y end",
    "function(vars) return vars[1] end",
  ])("%s raises an error", (source) => expect(() => run(source, "/")).toThrow());
});

test.each([
  "function(vars) return ngx.time() % 2 == 0 end",
  "function(vars) for i = 1, 2 do end return true end",
  "function(vars) return vars.msec == '1' end",
  "function(vars) return vars.uri:match('^/a') end",
  "function(vars, opts, ctx) return ctx.conf end",
  "function(vars) return [[x]] end",
  "function(vars) return math.random() > 0.5 end",
  "function(vars) this is no Lua end",
  `function(vars) return ${"(".repeat(50_000)}1${")".repeat(50_000)} end`,
])("%.60s is beyond the model: unknown", (source) => expect(run(source, "/")).toBeUndefined());

test("what is decided before the part that is not modelled is known", () => {
  const source = "function(vars) return vars.arg_x == '1' and ngx.time() > 5 end";
  expect(run(source, "/")).toBe(false);
  expect(run(source, "/?x=1")).toBeUndefined();
});
