import { isTable, LuaError, type LuaTable, type LuaValue } from "../lua.ts";
import { firstOf, parseFields, type Fields } from "./form.ts";
import { summariseGraphql, type GraphqlSummary } from "./graphql.ts";
import { parseJson } from "./json-text.ts";
import { parseMultipart } from "./multipart.ts";
import type { Headers } from "./headers.ts";

/** What of a request its body is read with. */
export interface BodySource {
  readonly method: string;
  readonly headers: Headers;
  readonly args: Fields;
  readonly body: string;
}

/** `undefined`: no document, or none that can be read. */
export type Graphql = { readonly summary: GraphqlSummary | undefined };

/** apisix/core/ctx.lua, DEFAULT_MAX_POST_ARGS_SIZE and GRAPHQL_DEFAULT_MAX_SIZE. */
const largestBody = 64 * 1024 * 1024;
const largestGraphql = 1024 * 1024;

/**
 * The body by its content type, whatever the method. JSON keeps its types; a form field that occurs several times is a list.
 * Source: apache/apisix 3.18, apisix/core/request.lua, get_request_body_table.
 */
export function bodyTableOf(request: BodySource): LuaTable | string | number | boolean | null | undefined {
  const type = request.headers.first.get("content-type") ?? "";
  if (type.includes("application/json")) {
    if (request.body === "" || request.body.length > largestBody) return undefined;
    const value = parseJson(request.body)?.value;
    return value === false ? undefined : value;
  }
  if (type.includes("application/x-www-form-urlencoded")) return Object.fromEntries(parseFields(request.body));
  if (type.includes("multipart/form-data")) {
    if (request.body === "" || request.body.length > largestBody) return undefined;
    return Object.fromEntries(parseMultipart(request.body, type));
  }
  return undefined;
}

/** A field of a form, only of exactly that content type. Same repository, apisix/core/ctx.lua, `post_arg_`. */
export function formFieldOf(request: BodySource, name: string): LuaValue {
  const type = request.headers.first.get("content-type");
  if (type?.startsWith("application/x-www-form-urlencoded") !== true) return undefined;
  return firstOf(parseFields(request.body), name);
}

/** Same repository and file, parse_graphql: GET takes the argument `query`, POST the body or, in JSON, its `query`. */
export function graphqlOf(request: BodySource): Graphql {
  const document = documentOf(request);
  if (typeof document === "string") {
    try {
      return { summary: summariseGraphql(document) };
    } catch (error) {
      if (error instanceof RangeError) return { summary: undefined }; // nested beyond what the gateway's parser takes, too
      throw error;
    }
  }
  if (document === undefined || document === false || typeof document === "number") return { summary: undefined };
  // The parser refuses what is no text, and the message about it joins the value to a string.
  throw new LuaError("the GraphQL document is no text");
}

function documentOf(request: BodySource): LuaValue {
  if (request.method === "GET") return firstOf(request.args, "query");
  if (request.method !== "POST" || request.body === "" || request.body.length > largestGraphql) return undefined;
  if (request.headers.first.get("content-type") !== "application/json") return request.body;
  const value = parseJson(request.body)?.value;
  if (value === undefined || value === false || typeof value === "string") return undefined;
  if (!isTable(value)) throw new LuaError("the JSON body of a GraphQL request is no object");
  return memberOf(value, "query");
}

/** A member by its text name; lists have none, their positions are numbers. */
export function memberOf(table: LuaTable, name: string): LuaValue {
  return isList(table) || !Object.hasOwn(table, name) ? undefined : table[name];
}

/** Array.isArray, which does not tell readonly lists apart. */
function isList(table: LuaTable): table is readonly LuaValue[] {
  return Array.isArray(table);
}
