import { tonumber } from "./lua.ts";

/** 4 or 16 bytes. */
type Address = readonly number[];

/** A set of addresses and ranges, as lua-resty-ipmatcher holds it. */
export interface AddressSet {
  readonly ranges: readonly AddressRange[];
}
interface AddressRange {
  readonly address: Address;
  /** Leading bits that count, per 32-bit word, after what ipmatcher makes of widths beyond the address. */
  readonly bits: readonly number[];
}

/**
 * Addresses and CIDR ranges; `undefined` where one is no address, which makes APISIX refuse the list as a whole.
 * Source: api7/lua-resty-ipmatcher 0.6.1, resty/ipmatcher.lua, new.
 */
export function addressSetOf(texts: readonly string[]): AddressSet | undefined {
  const ranges: AddressRange[] = [];
  for (const text of texts) {
    const range = rangeOf(text);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return { ranges };
}

/** The text that names no address, of a list that addressSetOf refuses. */
export function badAddressIn(texts: readonly string[]): string | undefined {
  return texts.find((text) => rangeOf(text) === undefined);
}

/** False for what is no address, too. The families are apart: ::ffff:10.0.0.1 is not 10.0.0.1. Same file, match. */
export function containsAddress(set: AddressSet, text: string): boolean {
  const address = addressOf(text);
  return address !== undefined && set.ranges.some((range) => isInside(address, range));
}

function rangeOf(text: string): AddressRange | undefined {
  const slash = text.indexOf("/");
  const address = addressOf(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = slash < 0 ? undefined : tonumber(text.slice(slash + 1));
  return { address, bits: address.length === 4 ? [bitsOf4(width ?? 32)] : bitsOf6(width ?? 128) };
}

/** Widths outside 0 to 32 shift by their lowest five bits, as LuaJIT's bit.rshift does: /33 acts like /1. */
function bitsOf4(width: number): number {
  return width === 32 || width === 0 ? width : 32 - (Math.trunc(32 - width) & 31);
}

/** Word by word; /0 takes everything, a width beyond 128 acts like 128. Same file, gen_ipv6_idxs. */
function bitsOf6(width: number): number[] {
  if (width === 0) return [];
  const words: number[] = [];
  for (let left = width; words.length < 4; left -= 32) {
    words.push(left >= 32 ? 32 : 32 - (Math.trunc(32 - left) & 31));
    if (left - 32 <= 0) break;
  }
  return words;
}

function isInside(address: Address, range: AddressRange): boolean {
  if (address.length !== range.address.length) return false;
  return range.bits.every(
    (bits, word) => bits === 0 || (wordOf(address, word) ^ wordOf(range.address, word)) >>> (32 - bits) === 0,
  );
}

function wordOf(address: Address, word: number): number {
  const at = (index: number) => address[word * 4 + index] ?? 0;
  return (at(0) << 24) | (at(1) << 16) | (at(2) << 8) | at(3);
}

/** inet_pton of both families, as glibc reads them; brackets around an IPv6 address are taken off first. */
export function addressOf(text: string): Address | undefined {
  return v4Of(text) ?? v6Of(text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text);
}

function v4Of(text: string): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.map(Number);
}

function v6Of(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2 || text === "") return undefined;
  const head = groupsOf(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 1 ? [] : groupsOf(halves[1] ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const length = head.length + tail.length;
  if (halves.length === 1) return length === 16 ? head : undefined;
  return length > 14 ? undefined : [...head, ...Array<number>(16 - length).fill(0), ...tail];
}

function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const v4 = mayEndInV4 && index === groups.length - 1 ? v4Of(group) : undefined;
    if (v4 !== undefined) bytes.push(...v4);
    else if (/^[\da-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}

/**
 * An address as nginx writes it into $remote_addr: lower-case, the longest run of zeros cut out.
 * Source: nginx 1.29.2, src/core/ngx_inet.c, ngx_inet6_ntop.
 */
export function addressText(address: Address): string {
  if (address.length === 4) return address.join(".");
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((address[index * 2] ?? 0) << 8) | (address[index * 2 + 1] ?? 0),
  );
  const run = longestZeroRun(groups);
  const [low = 0, lowest = 0] = address.slice(14);
  const isMapped =
    run.start === 0 &&
    ((run.length === 5 && groups[5] === 0xffff) || run.length === 6 || (run.length === 7 && low !== 0 && lowest !== 1));
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  if (isMapped) return `::${run.length === 5 ? "ffff:" : ""}${address.slice(12).join(".")}`;
  if (run.length < 2) return text(0, 8);
  return `${text(0, run.start)}::${text(run.start + run.length, 8)}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
    start += length;
  }
  return best;
}
