import { bytesOf } from "../bytes.ts";
import { addressOf, addressText } from "../ip.ts";
import type { LuaTable } from "../lua.ts";
import { parseCookies } from "./cookies.ts";
import { parseFields, type Fields } from "./form.ts";
import { parseHeaders, type Headers } from "./headers.ts";
import type { GatewaySwitches, RawRequest } from "./raw.ts";
import { bodyTableOf, graphqlOf, type Graphql } from "./body.ts";
import { hostOf, parseTarget, type Target } from "./target.ts";

export type Normalised =
  | { readonly kind: "request"; readonly request: RouterRequest }
  /** The server answers before any route is looked at. */
  | { readonly kind: "refused"; readonly status: 400 | 405 | 414; readonly reason: string };

/** nginx's large_client_header_buffers by default: a request line must fit into one. */
const longestRequestLine = 8192;

/** What nginx and APISIX make of a request before the router sees it. */
export function normaliseRequest(raw: RawRequest, switches: GatewaySwitches = {}): Normalised {
  const method = bytesOf(raw.method);
  const sentTarget = bytesOf(raw.target);
  if (!/^[A-Z_-]+$/.test(method))
    return refused(400, "the method is not made of capital letters, dashes and underscores");
  if (method.length + sentTarget.length + " HTTP/1.1\r\n".length > longestRequestLine)
    return refused(414, "the request line is too long");
  const target = parseTarget(sentTarget);
  if (target === undefined) return refused(400, "the request target is not a path that nginx takes");
  const headers = parseHeaders(raw.headers);
  if (headers === undefined) return refused(400, "a header line is not valid, or stands there twice");
  const rawHost = headers.first.get("host");
  const headerHost = rawHost === undefined ? undefined : hostOf(rawHost);
  if (rawHost !== undefined && headerHost === undefined) return refused(400, "the Host header is not a host");
  if (rawHost === undefined && raw.http !== "1.0") return refused(400, "HTTP/1.1 without Host header");
  if (method === "TRACE" || method === "CONNECT") return refused(405, `nginx takes no ${method}`);
  const path = switchedPath(target, switches);
  if (path === undefined) return refused(400, "a segment with parameters that is empty or a dot segment");
  // "_" is the server_name of APISIX's server block: apisix/cli/ngx_tpl.lua.
  const host = target.host ?? headerHost ?? "_";
  return {
    kind: "request",
    request: new RouterRequest({ raw, method, sentTarget, target, headers, host, rawHost, path }),
  };
}

interface Parts {
  readonly raw: RawRequest;
  readonly method: string;
  readonly sentTarget: string;
  readonly target: Target;
  readonly headers: Headers;
  readonly host: string;
  readonly rawHost: string | undefined;
  readonly path: { readonly matched: string; readonly kept: string };
}

/** One request as the router sees it. Lives for one match or several; costly parts are read once, when asked for. */
export class RouterRequest {
  readonly method: string;
  /** Byte string that routes are matched with. */
  readonly path: string;
  /** Lower-case, without port; "_" where there is none. */
  readonly host: string;
  /** The Host header as sent. */
  readonly rawHost: string | undefined;
  readonly remoteAddr: string;
  readonly headers: Headers;
  readonly target: Target;
  /** $request_uri as APISIX sets it before matching: the path, "?" and the arguments. */
  readonly requestUri: string;
  readonly requestLine: string;
  readonly scheme: "http" | "https";
  readonly port: number;
  readonly protocol: string;
  private readonly rawBody: RawRequest["body"];
  private knownArgs: Fields | undefined;
  private knownCookies: ReadonlyMap<string, string> | undefined;
  private knownBody: string | undefined;
  private knownTable: { readonly table: LuaTable | string | number | boolean | null | undefined } | undefined;
  private knownGraphql: Graphql | undefined;

  constructor({ raw, method, sentTarget, target, headers, host, rawHost, path }: Parts) {
    this.method = method;
    this.path = path.matched;
    this.host = host;
    this.rawHost = rawHost;
    this.headers = headers;
    this.target = target;
    this.remoteAddr = canonicalAddress(raw.remoteAddr ?? "127.0.0.1");
    const { args } = target;
    this.requestUri = path.kept + (args === undefined || args === "" ? "" : "?") + (args ?? "");
    this.scheme = raw.scheme ?? "http";
    this.port = raw.port ?? (this.scheme === "https" ? 9443 : 9080);
    this.protocol = `HTTP/${raw.http ?? "1.1"}`;
    this.requestLine = `${method} ${sentTarget} ${this.protocol}`;
    this.rawBody = raw.body;
  }

  get args(): Fields {
    return (this.knownArgs ??= parseFields(this.target.args ?? ""));
  }

  get cookies(): ReadonlyMap<string, string> {
    return (this.knownCookies ??= parseCookies(this.headers.joined.get("cookie") ?? ""));
  }

  /** Byte string; empty where there is no body. */
  get body(): string {
    const { rawBody } = this;
    return (this.knownBody ??=
      rawBody === undefined
        ? ""
        : typeof rawBody === "string"
          ? bytesOf(rawBody)
          : Buffer.from(rawBody).toString("latin1"));
  }

  /** What `post_arg.` walks through; `undefined`: no body, not readable, or of another content type. */
  get bodyTable(): LuaTable | string | number | boolean | null | undefined {
    return (this.knownTable ??= { table: bodyTableOf(this) }).table;
  }

  get graphql(): Graphql {
    return (this.knownGraphql ??= graphqlOf(this));
  }
}

/**
 * The client's address where nginx's real-ip module looks at X-Real-IP: the last of a list, if the connection comes from
 * an address that the default configuration trusts.
 * Source: apache/apisix 3.18, apisix/cli/config.lua, real_ip_header and real_ip_from; nginx 1.29.2,
 * src/http/modules/ngx_http_realip_module.c.
 */
export function clientAddressOf(peer: string, realIpHeader: string | undefined): string {
  const last = realIpHeader?.split(/[ ,]+/).findLast((part) => part !== "");
  const isTrusted = peer === "127.0.0.1" || peer.startsWith("unix:");
  return isTrusted && last !== undefined ? (addressWithoutPort(last) ?? peer) : peer;
}

function addressWithoutPort(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? (text.split(":").length === 2 ? text.split(":")[0] : text);
  const address = bare === undefined || bare.startsWith("[") ? undefined : addressOf(bare);
  return address === undefined ? undefined : addressText(address);
}

function canonicalAddress(text: string): string {
  const address = addressOf(text);
  return address === undefined ? text : addressText(address);
}

/**
 * The path that is matched, and the one that $uri keeps afterwards; `undefined`: answered 400.
 * Source: apache/apisix 3.18, apisix/init.lua, http_access_phase.
 */
function switchedPath(target: Target, switches: GatewaySwitches): Parts["path"] | undefined {
  let path: string | undefined = target.path;
  if (switches.deletesTailSlash === true && path.endsWith("/")) path = path.slice(0, -1);
  if (switches.normalisesLikeServlet === true) path = withoutSegmentParameters(target.path);
  if (path === undefined) return undefined;
  const [sentPath = ""] = target.unparsed.split("?");
  if (switches.keepsEncodedSlash === true && /%2f/i.test(sentPath) && percentDecoded(sentPath) === path) {
    return { matched: percentDecoded(sentPath.replace(/%2f/gi, "%252F")), kept: path };
  }
  return { matched: path, kept: path };
}

/** Same file, normalize_uri_like_servlet: from ";" on, each segment is cut; the path that delete_uri_tail_slash left is not used. */
function withoutSegmentParameters(path: string): string | undefined {
  if (!path.includes(";")) return path;
  const segments = path.split("/");
  while (segments.at(-1) === "") segments.pop(); // ngx.re.split drops them
  for (const [index, segment] of segments.entries()) {
    const semicolon = segment.indexOf(";");
    if (semicolon < 0) continue;
    const bare = segment.slice(0, semicolon);
    const isLast = index === segments.length - 1;
    if (bare === "." || bare === ".." || (bare === "" && !isLast) || /^(?:%2e){1,2}$/i.test(bare)) return undefined;
    segments[index] = bare;
  }
  return segments.join("/");
}

function percentDecoded(text: string): string {
  return text.replace(/%([\da-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function refused(status: 400 | 405 | 414, reason: string): Normalised {
  return { kind: "refused", status, reason };
}
