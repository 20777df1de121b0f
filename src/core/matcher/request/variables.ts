import { isTable, type LuaValue } from "../lua.ts";
import { LuaError } from "../lua.ts";
import { formFieldOf, memberOf } from "./body.ts";
import { firstOf } from "./form.ts";
import { queryJsonPath } from "./json-path.ts";
import type { RouterRequest } from "./request.ts";

/** A variable whose value a request does not carry: the time, ports of the connection, certificates. */
export const unknownValue = Symbol("unknown value");
export type VariableValue = LuaValue | typeof unknownValue;

/**
 * The value of a variable while routes are matched. Names that nobody knows are nil.
 * Throws LuaError where the gateway raises an error.
 * Source: apache/apisix 3.18, apisix/core/ctx.lua, set_vars_meta and the metatable above it.
 */
export function variableOf(request: RouterRequest, name: string): VariableValue {
  if (name === "method") return request.method;
  if (name === "cookie") return unknownValue;
  for (const [prefix, read] of families) {
    if (name.startsWith(prefix)) return read(request, name.slice(prefix.length));
  }
  if (unsetWhileMatching.test(name)) return undefined;
  if (name === "resp_body") return "";
  return nginxVariable(request, name);
}

type Read = (request: RouterRequest, rest: string) => VariableValue;

/** In the order in which APISIX looks at them. */
const families: readonly (readonly [prefix: string, read: Read])[] = [
  ["cookie_", (request, name) => request.cookies.get(name)],
  ["arg_", (request, name) => firstOf(request.args, name)],
  ["post_arg_", formFieldOf],
  ["uri_param_", () => undefined],
  ["http_", (request, name) => headerOf(request, name.toLowerCase().replaceAll("-", "_"))],
  ["graphql_", graphqlMember],
  ["post_arg.", bodyMember],
];

function headerOf(request: RouterRequest, name: string): string | undefined {
  return request.headers.joined.get(name);
}

function graphqlMember(request: RouterRequest, member: string): VariableValue {
  const { summary } = request.graphql;
  if (summary === undefined) return undefined;
  if (summary.rootFields === "noName") throw new LuaError("a GraphQL field at the root has no name");
  if (member === "name") return summary.name;
  if (member === "operation") return summary.operation;
  return member === "root_fields" ? summary.rootFields : undefined;
}

/** Dots walk into objects; brackets, stars and double dots make it a JSONPath, whose result is a list. */
function bodyMember(request: RouterRequest, path: string): VariableValue {
  const root = request.bodyTable;
  if (root === undefined) return undefined;
  if (/[[*]|\.\./.test(path)) {
    const found = queryJsonPath(root, `$.${path}`);
    if (found === undefined) return unknownValue;
    return found.length === 0 ? undefined : found;
  }
  let value: LuaValue = root;
  // apisix/cli/util.lua, split, with the separator "(.)": parentheses separate, too, and empty parts do not count.
  for (const part of path.match(/[^(.)]+/g) ?? []) {
    if (!isTable(value)) return undefined;
    value = memberOf(value, part);
  }
  return value;
}

const unsetWhileMatching =
  /^(?:balancer_ip|balancer_port|consumer_group_id|consumer_name|route_id|route_name|service_id|service_name)$/;

/** Variables of nginx itself, whose names do not mind case. */
function nginxVariable(request: RouterRequest, writtenName: string): VariableValue {
  const name = writtenName.toLowerCase();
  const read = Object.hasOwn(nginxVariables, name) ? nginxVariables[name] : undefined;
  if (read !== undefined) return read(request);
  if (name.startsWith("http_")) return headerOf(request, name.slice("http_".length));
  return beyondRequest.test(name) ? unknownValue : undefined;
}

const nginxVariables: Readonly<Record<string, (request: RouterRequest) => VariableValue>> = {
  uri: (request) => request.path,
  document_uri: (request) => request.target.path,
  request_uri: (request) => request.requestUri,
  real_request_uri: (request) => request.target.unparsed,
  args: (request) => request.target.args,
  query_string: (request) => request.target.args,
  is_args: (request) => ((request.target.args ?? "") === "" ? "" : "?"),
  host: (request) => request.host,
  request_method: (request) => request.method,
  request: (request) => request.requestLine,
  request_line: (request) => request.requestLine,
  server_protocol: (request) => request.protocol,
  scheme: (request) => request.scheme,
  https: (request) => (request.scheme === "https" ? "on" : ""),
  server_port: (request) => String(request.port),
  server_name: () => "_",
  remote_addr: (request) => request.remoteAddr,
  content_type: (request) => headerOf(request, "content_type"),
  content_length: (request) => headerOf(request, "content_length"),
  remote_user: (request) => userOf(headerOf(request, "authorization")),
};

function userOf(authorization: string | undefined): string | undefined {
  const encoded = /^basic +(\S+)/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString("latin1");
  return decoded.includes(":") ? decoded.slice(0, decoded.indexOf(":")) : undefined;
}

/** Variables that nginx, its modules and APISIX's own configuration define, and that no request decides. */
const beyondRequest = new RegExp(
  `^(?:${[
    "binary_remote_addr|body_bytes_sent|bytes_sent|connection|connection_requests|connection_time|document_root|hostname",
    "limit_rate|msec|nginx_version|pid|pipe|realpath_root|remote_port|request_body|request_body_file|request_completion",
    "request_filename|request_id|request_length|request_time|server_addr|status|time_iso8601|time_local",
    "date_gmt|date_local|http2|http3|gzip_ratio|apisix_request_id|wasm_.*|a6_.*|mqtt_.*|rpc_.*|llm_.*|request_type|request_llm_.*",
    "(?:proxy|realip|sent|ssl|tcpinfo|upstream|geoip|connections|apisix|rate|original|arg|cookie)_.*",
  ].join("|")})$`,
);
