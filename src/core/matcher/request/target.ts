import { lowerAscii } from "../bytes.ts";

/** A request target taken apart. Everything is a byte string. */
export interface Target {
  /** Decoded once, dot segments resolved, slashes merged: nginx's $uri. */
  readonly path: string;
  /** From the first "?" to a "#" or the end; `undefined` where nginx has no $args, as for a bare "?". */
  readonly args: string | undefined;
  /** $request_uri: what was sent, from the path on. */
  readonly unparsed: string;
  /** Of an absolute target (`http://a.com/x`): lower-cased, without port. */
  readonly host: string | undefined;
}

/**
 * Source: nginx 1.29.2, src/http/ngx_http_parse.c, ngx_http_parse_request_line. `undefined`: nginx answers 400.
 */
export function parseTarget(target: string): Target | undefined {
  // oxlint-disable-next-line no-control-regex -- control bytes are what nginx refuses
  if (/[\x00-\x20\x7f]/.test(target)) return undefined;
  if (target.startsWith("/")) return withPath(target, undefined);
  const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([A-Za-z0-9.-]*|\[[\w:.~!$&'()*+,;=-]*\])(?::\d*)?(?=[/?]|$)/.exec(
    target,
  );
  if (absolute === null) return undefined;
  const host = hostOf(absolute[1] ?? "");
  if (host === undefined) return undefined;
  const rest = target.slice(absolute[0].length);
  if (rest === "") return { path: "/", args: undefined, unparsed: "/", host };
  const parsed = withPath(rest.startsWith("?") ? `/${rest}` : rest, host);
  return parsed === undefined ? undefined : { ...parsed, unparsed: rest };
}

/**
 * A host as nginx keeps it: lower-case, without port and one dot at the end. `undefined`: nginx answers 400.
 * Source: nginx 1.29.2, src/http/ngx_http_request.c, ngx_http_validate_host.
 */
export function hostOf(header: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control bytes are what nginx refuses
  if (/[\x00-\x20\x7f/]|\.\./.test(header)) return undefined;
  const end = header.startsWith("[") && header.includes("]") ? header.indexOf("]") + 1 : colonOrEnd(header);
  const withoutPort = header.slice(0, end);
  // Only the last dot of all counts, so one behind the port hides the one before it.
  const hasLastDot = withoutPort.endsWith(".") && header.lastIndexOf(".") === end - 1;
  const host = lowerAscii(hasLastDot ? withoutPort.slice(0, -1) : withoutPort);
  return host === "" ? undefined : host;
}

function colonOrEnd(header: string): number {
  // A bracket that never closes makes nginx read on over colons.
  if (header.startsWith("[")) return header.length;
  const colon = header.indexOf(":");
  return colon < 0 ? header.length : colon;
}

function withPath(target: string, host: string | undefined): Target | undefined {
  const path = normalise(target);
  if (path === undefined) return undefined;
  const mark = target.search(/[?#]/);
  return {
    path,
    args: mark >= 0 && target[mark] === "?" ? argsOf(target.slice(mark + 1)) : undefined,
    unparsed: target,
    host,
  };
}

function argsOf(text: string): string | undefined {
  const hash = text.indexOf("#");
  if (hash >= 0) return text.slice(0, hash); // also empty: nginx has $args then, though of no length
  return text === "" ? undefined : text;
}

type State = "usual" | "slash" | "dot" | "dotDot";

/**
 * Decodes and resolves in one pass, as nginx does: an escape that decodes to a slash or a dot takes part in what follows
 * ("%2e%2e" goes up), one that decodes to "%", "#" or "?" is plain text.
 * Source: nginx 1.29.2, src/http/ngx_http_parse.c, ngx_http_parse_complex_uri.
 */
function normalise(target: string): string | undefined {
  let path = "";
  let state: State = "usual";
  for (let at = 0; at <= target.length; at++) {
    let byte = target[at];
    if (byte === "?" || byte === "#") byte = undefined;
    let isPlain = false;
    if (byte === "%") {
      const digits = /^[\da-fA-F]{2}/.exec(target.slice(at + 1, at + 3))?.[0];
      if (digits === undefined || digits === "00") return undefined;
      byte = String.fromCharCode(Number.parseInt(digits, 16));
      isPlain = byte === "%" || byte === "#" || byte === "?";
      at += 2;
    }
    if (byte === undefined) {
      if (state === "dot") return path.slice(0, -1);
      return state === "dotDot" ? parentOf(path) : path;
    }
    if (isPlain || (byte !== "/" && byte !== ".")) {
      path += byte;
      state = "usual";
    } else if (byte === "/") {
      const next = afterSlash(path, state);
      if (next === undefined) return undefined;
      path = next;
      state = "slash";
    } else {
      path += byte;
      state = state === "slash" ? "dot" : state === "dot" ? "dotDot" : "usual";
    }
  }
  return undefined; // not reached: the turn after the last byte returns
}

function afterSlash(path: string, state: State): string | undefined {
  switch (state) {
    case "usual":
      return `${path}/`;
    case "slash":
      return path;
    case "dot":
      return path.slice(0, -1);
    case "dotDot":
      return parentOf(path);
  }
}

/** `/a/b/..` → `/a/`; above the root there is nothing. */
function parentOf(path: string): string | undefined {
  const slash = path.slice(0, -3).lastIndexOf("/");
  return slash < 0 ? undefined : path.slice(0, slash + 1);
}
