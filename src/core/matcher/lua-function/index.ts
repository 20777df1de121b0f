// Filter functions, read from their text: comparisons, and, or, literals, variables, the options of the match.
// Anything else is "unknown", for the function may do whatever Lua can.
import { bytesOf } from "../bytes.ts";
import type { LuaValue } from "../lua.ts";
import type { RouterRequest } from "../request/request.ts";
import { unknownValue, variableOf } from "../request/variables.ts";
import { parseFunction } from "./parse.ts";
import { Fields, isTruthy, runFunction } from "./run.ts";
import { BeyondModel, type LuaFunction } from "./syntax.ts";

/** `undefined`: the function is beyond what is modelled. */
export type FilterFunction = (request: RouterRequest) => boolean | undefined;

/**
 * Anything but nil and false lets the request pass. Throws LuaError where the function raises an error.
 * Source: apache/apisix 3.18, apisix/http/route.lua, create_radixtree_uri_router; api7/lua-resty-radixtree 2.9.2,
 * match_route_opts.
 */
export function compileFilterFunction(source: string): FilterFunction {
  const parsed = attempt(() => parseFunction(bytesOf(source)));
  if (parsed === undefined) return () => undefined;
  return (request) => runOn(parsed, request);
}

function runOn(filter: LuaFunction, request: RouterRequest): boolean | undefined {
  const variables = new Fields((name) => {
    const value = variableOf(request, name);
    if (value === unknownValue) throw new BeyondModel("a variable that no request carries");
    return value;
  });
  const options = new Fields((name) => optionOf(request, name));
  const context = new Fields((name) => {
    throw new BeyondModel(`the request context's ${name}`);
  });
  // APISIX hands the context and the options on as the router's own arguments.
  return attempt(() => isTruthy(runFunction(filter, [variables, options, context, options])));
}

/** apisix/http/route.lua, match_uri: match_opts. */
function optionOf(request: RouterRequest, name: string): LuaValue {
  switch (name) {
    case "method":
      return request.method;
    case "host":
      return request.host;
    case "remote_addr":
      return request.remoteAddr;
    default:
      throw new BeyondModel(`option ${name}`);
  }
}

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof BeyondModel) return undefined;
    if (error instanceof RangeError) return undefined; // nested too deeply
    throw error;
  }
}
