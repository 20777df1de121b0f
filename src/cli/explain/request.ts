import { domainToASCII } from "node:url";
import { addressOf, clientAddressOf, type RawRequest } from "../../core/matcher/index.ts";
import { CannotDo } from "../exit.ts";

/** A request as a person types it. */
export interface TypedRequest {
  /** `GET https://a.com/x`, or a URL alone. */
  readonly words: readonly string[];
  /** `x-tenant: 7` */
  readonly headers: readonly string[];
  readonly data: string | undefined;
  readonly remoteAddr: string | undefined;
}

/**
 * The request that curl would send for it, nothing normalised: dot segments, escapes and doubled slashes go out as typed.
 * Nothing is added but Host and Content-Length. Throws `CannotDo` with one sentence for what is no request.
 */
export function requestFrom({ words, headers: typedHeaders, data, remoteAddr }: TypedRequest): RawRequest {
  const { method, url } = methodAndUrl(words, data);
  const given = typedHeaders.map(headerOf);
  const hasHost = given.some(([name]) => name.toLowerCase() === "host");
  const { scheme, host, target } = partsOf(url, hasHost);
  const headers: (readonly [name: string, value: string])[] = hasHost ? [...given] : [["Host", host], ...given];
  const hasLength = given.some(([name]) => name.toLowerCase() === "content-length");
  if (data !== undefined && !hasLength) headers.push(["Content-Length", String(Buffer.byteLength(data))]);
  return {
    method,
    target,
    headers,
    scheme,
    remoteAddr: clientOf(remoteAddr, headers),
    ...(data !== undefined && { body: data }),
  };
}

function methodAndUrl(words: readonly string[], data: string | undefined): { method: string; url: string } {
  const [first = "", second, ...more] = words;
  if (more.length > 0) throw new CannotDo(`one method and one URL are wanted, and "${more[0]}" is too much.`);
  if (second === undefined) return { method: data === undefined ? "GET" : "POST", url: first };
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(first))
    throw new CannotDo(`"${first}" is no method; a request is written as GET https://shop.example.com/cart.`);
  return { method: first, url: second };
}

function partsOf(
  url: string,
  hasHost: boolean,
): { readonly scheme: "http" | "https"; readonly host: string; readonly target: string } {
  const refuse = (why: string) =>
    new CannotDo(`"${url}" is no URL: ${why}; write it as https://shop.example.com/cart?x=1.`);
  // oxlint-disable-next-line no-control-regex -- control bytes are what no request line can carry
  if (/[\x00-\x20\x7f]/.test(url)) throw refuse("a space or control character must be percent-encoded");
  if (url.startsWith("/") && hasHost) return { scheme: "http", host: "", target: withoutFragment(url) };
  const parts = /^(?<scheme>https?):\/\/(?<authority>[^/?#]*)(?<rest>.*)$/is.exec(url)?.groups;
  if (parts === undefined)
    throw refuse(
      url.startsWith("/") ? "it names no host (or add -H 'Host: …')" : "it does not begin with http:// or https://",
    );
  const { authority = "", rest = "" } = parts;
  const scheme = parts["scheme"]?.toLowerCase() === "https" ? "https" : "http";
  if (authority.includes("@")) throw refuse("a user has no place in it (use -H 'Authorization: …')");
  const host = hostHeader(authority, scheme);
  if (host === undefined) throw refuse(`"${authority}" is no host`);
  const target = withoutFragment(rest);
  return { scheme, host, target: target.startsWith("/") ? target : `/${target}` };
}

/** As clients send it: without the scheme's own port, and with letters beyond ASCII as browsers write them. */
function hostHeader(authority: string, scheme: "http" | "https"): string | undefined {
  const parts = /^(?<name>\[[\da-fA-F:.]+\]|[^:[\]\\]+)(?::(?<port>\d*))?$/.exec(authority)?.groups;
  if (parts === undefined) return undefined;
  const { name = "", port = "" } = parts;
  // Plain ASCII stays as typed, capitals included; the way through punycode would lower them.
  const ascii = /^[!-~]*$/.test(name) ? name : domainToASCII(name);
  if (ascii === "" || Number(port) > 65_535) return undefined;
  return port === "" || Number(port) === (scheme === "https" ? 443 : 80) ? ascii : `${ascii}:${port}`;
}

function withoutFragment(target: string): string {
  return target.replace(/#.*$/s, "");
}

function headerOf(line: string): readonly [name: string, value: string] {
  const parts = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*)$/s.exec(line);
  if (parts === null) throw new CannotDo(`"${line}" is no header; write it as 'name: value'.`);
  const [, name = "", value = ""] = parts;
  // oxlint-disable-next-line no-control-regex -- control bytes are what no header line can carry
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value))
    throw new CannotDo(`the value of header ${name} must be one line of text without control characters.`);
  return [name, value.trimEnd()];
}

/** Without an address of its own the client sits beside the gateway, so X-Real-IP is believed, as by default. */
function clientOf(remoteAddr: string | undefined, headers: readonly (readonly [string, string])[]): string {
  if (remoteAddr === undefined) {
    const realIp = headers.find(([name]) => name.toLowerCase() === "x-real-ip");
    return clientAddressOf("127.0.0.1", realIp?.[1]);
  }
  if (addressOf(remoteAddr) === undefined)
    throw new CannotDo(`--remote-addr "${remoteAddr}" is no IP address, as 203.0.113.7 or 2001:db8::1 are.`);
  return remoteAddr;
}
