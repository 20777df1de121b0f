import { addressOf } from "../../../core/matcher/index.ts";

/**
 * An address or CIDR range that a parser takes, not only a pattern. Source: apache/apisix 3.18, apisix/core/ip.lua,
 * validate_cidr_or_ip().
 */
export function isAddressOrRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const bytes = addressOf(address);
  if (bytes === undefined || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (bytes.length === 4 ? 32 : 128));
}
