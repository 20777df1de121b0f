import { addressOf } from "../matcher/index.ts";

/** Client addresses a route names; sorted and joined, so that each is there once. */
export interface AddressSet {
  readonly ranges: readonly AddressRange[];
  /** How many addresses these are, IPv4 and IPv6 together. */
  readonly size: number;
}

export interface AddressRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** `undefined` where one of them is no address: nothing can be proven about such a list. */
export function addressSetOf(texts: readonly string[]): AddressSet | undefined {
  const ranges: AddressRange[] = [];
  for (const text of texts) {
    const range = rangeOf(text);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  const joined = joinedOf(ranges);
  return { ranges: joined, size: joined.reduce((sum, { first, last }) => sum + Number(last - first + 1n), 0) };
}

export function addressesOverlap(a: AddressSet, b: AddressSet): boolean {
  return a.ranges.some((x) => b.ranges.some((y) => x.bits === y.bits && x.first <= y.last && y.first <= x.last));
}

function rangeOf(text: string): AddressRange | undefined {
  const [written = "", width] = text.split("/");
  const bytes = addressOf(written);
  if (bytes === undefined) return undefined;
  const bits = bytes.length === 4 ? 32 : 128;
  const length = width === undefined ? bits : Number(width);
  if (!Number.isInteger(length) || length < 0 || length > bits) return undefined;
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const host = (1n << BigInt(bits - length)) - 1n;
  const first = (value | host) ^ host;
  return { bits, first, last: first | host };
}

function joinedOf(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const sorted = [...ranges].sort((a, b) => a.bits - b.bits || Number(a.first - b.first));
  const joined: AddressRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last === undefined || last.bits !== range.bits || range.first > last.last) joined.push(range);
    else if (range.last > last.last) joined[joined.length - 1] = { ...last, last: range.last };
  }
  return joined;
}
