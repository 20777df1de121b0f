import type { Json } from "../model/index.ts";
import { bytesOf } from "./bytes.ts";

/**
 * A value as the gateway's Lua holds it. `undefined` is nil; `null` is ngx.null, what a JSON null becomes: something, not
 * nothing. Strings are byte strings (bytes.ts). Lists and objects are both tables and equal only themselves.
 */
export type LuaValue = undefined | null | boolean | number | string | LuaTable;
export type LuaTable = readonly LuaValue[] | { readonly [key: string]: LuaValue };

export function isTable(value: LuaValue): value is LuaTable {
  return typeof value === "object" && value !== null;
}

/** A JSON value as cjson hands it to Lua. */
export function luaOf(json: Json): LuaValue {
  if (typeof json === "string") return bytesOf(json);
  if (Array.isArray(json)) return json.map(luaOf);
  if (typeof json !== "object" || json === null) return json; // a number, boolean or null: the same in both
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [bytesOf(key), luaOf(value)]));
}

const number =
  /^[\t-\r ]*(?<sign>[+-]?)(?:0[xX](?:(?<hex>[\da-fA-F]+\.?[\da-fA-F]*|\.[\da-fA-F]+)(?:[pP](?<power>[+-]?\d+))?)|0[bB](?<binary>[01]+)|(?<decimal>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<infinity>[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)|(?<nan>[nN][aA][nN]))[\t-\r ]*$/;

/**
 * LuaJIT's tonumber: blanks around, hexadecimal (also fractions), `0b101`, `inf`, `nan`; nil where it is no number.
 * Source: openresty/luajit2 v2.1, src/lj_strscan.c, lj_strscan_scan (with STRSCAN_OPT_TONUM).
 */
export function tonumber(value: LuaValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const groups = number.exec(value)?.groups;
  if (groups === undefined) return undefined;
  const size = magnitudeOf(groups);
  return size === undefined || groups["sign"] !== "-" ? size : -size;
}

function magnitudeOf(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  const { hex, power, binary, decimal, infinity } = groups;
  if (decimal !== undefined) return hasVastExponent(/[eE](.*)/.exec(decimal)?.[1]) ? undefined : Number(decimal);
  if (hex !== undefined) return hasVastExponent(power) ? undefined : hexNumberOf(hex, Number(power ?? 0));
  if (binary !== undefined) return binary.replace(/^0+/, "").length > 64 ? undefined : Number(`0b${binary}`);
  return infinity === undefined ? Number.NaN : Number.POSITIVE_INFINITY;
}

function hasVastExponent(exponent: string | undefined): boolean {
  return exponent !== undefined && Math.abs(Number(exponent)) >= 1 << 20;
}

function hexNumberOf(digits: string, power: number): number {
  const [whole = "", fraction = ""] = digits.split(".");
  return Number(BigInt(`0x0${whole}${fraction}`)) * 2 ** (power - 4 * fraction.length);
}

/** Lua's tostring; a table's address is unknown, and nothing sensible compares with it. */
export function tostring(value: LuaValue): string {
  if (value === undefined) return "nil";
  if (value === null) return "userdata: NULL";
  if (typeof value === "number") return numberText(value);
  return typeof value === "object" ? "table: 0x000000000000" : String(value);
}

/** `%.14g`, as Lua writes numbers. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  const exponent = value === 0 ? 0 : Number(value.toExponential(13).split("e")[1]);
  if (exponent < -4 || exponent >= 14) {
    const [mantissa = "", power = "0"] = value.toExponential(13).split("e");
    const sign = power.startsWith("-") ? "-" : "+";
    return `${trimZeros(mantissa)}e${sign}${power.replace(/^[+-]/, "").padStart(2, "0")}`;
  }
  return trimZeros(value.toFixed(Math.max(0, 13 - exponent)));
}

function trimZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

/** What raises an error in the gateway while it matches: the request is answered 500. */
export class LuaError extends Error {
  override readonly name = "LuaError";
}
