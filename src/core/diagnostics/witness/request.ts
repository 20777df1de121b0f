import { bytesOf, type RawRequest } from "../../matcher/index.ts";
import type { Witness } from "../../model/index.ts";
import type { Assignment } from "./conditions.ts";
import { encodedPath } from "./path.ts";

export interface RequestParts {
  readonly method: string;
  /** As the Host header carries it. */
  readonly host: string;
  /** Decoded, a byte string. */
  readonly path: string;
  readonly variables: Assignment;
  readonly remoteAddr: string | undefined;
}

/** Writes a request out: variables become query arguments, headers, cookies and fields of a form. */
export function witnessOf({ method, host, path, variables, remoteAddr }: RequestParts): Witness {
  const sent = (prefix: RegExp) =>
    [...variables].flatMap(([name, value]): [string, string | true][] =>
      prefix.test(name) && value !== undefined ? [[name.replace(prefix, ""), value]] : [],
    );
  const query = sent(/^arg_/).map(([name, value]) => field(name, value));
  const form = sent(/^post_arg[_.]/).map(([name, value]) => field(name, value));
  const cookies = sent(/^cookie_/).map(([name, value]) => `${name}=${value === true ? "" : value}`);
  const headers = sent(/^http_/).map(([name, value]): [string, string] => [
    name.replaceAll("_", "-"),
    value === true ? "" : value,
  ]);
  return {
    method,
    host,
    uri: encodedPath(path) + (query.length > 0 ? `?${query.join("&")}` : ""),
    headers: Object.fromEntries([
      ...headers,
      ...(cookies.length > 0 ? [["cookie", cookies.join("; ")]] : []),
      ...(form.length > 0 ? [["content-type", "application/x-www-form-urlencoded"]] : []),
    ]),
    ...(remoteAddr !== undefined && { remoteAddr }),
    ...(form.length > 0 && { body: form.join("&") }),
  };
}

function field(name: string, value: string | true): string {
  return value === true ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

/** The request as the matcher reads it. */
export function rawRequestOf({ method, host, uri, headers, remoteAddr, body }: Witness): RawRequest {
  return {
    method,
    target: uri,
    headers: [...(host === undefined ? [] : [["host", host] as const]), ...Object.entries(headers)],
    ...(body !== undefined && { body }),
    ...(remoteAddr !== undefined && { remoteAddr }),
  };
}

/** Whether a header or cookie can carry this text; anything beyond printable ASCII is left alone. */
export function isSendable(value: string): boolean {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) || bytesOf(value) === "";
}
