/**
 * What is wrong with a client address or range, in words; `undefined` if nothing is.
 *
 * As strict as inet_pton, which the gateway uses while it builds its router: an address that its schema lets through
 * and this parser does not ("1:2:3/64") makes the whole gateway answer 500 to every request.
 * Source: api7/lua-resty-ipmatcher, resty/ipmatcher.lua, new(); apache/apisix 3.18, apisix/schema_def.lua, ip_def.
 */
export function addressProblem(text: string): string | undefined {
  const slash = text.indexOf("/");
  const address = slash === -1 ? text : text.slice(0, slash);
  const prefix = slash === -1 ? undefined : text.slice(slash + 1);
  const bits = isIpv4(address) ? 32 : isIpv6(address) ? 128 : undefined;
  if (bits === undefined) return `"${cut(address)}" is not an IP address: write 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32`;
  if (prefix === undefined) return undefined;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) {
    return `the part behind the slash of "${cut(text)}" must be a whole number from 0 to ${bits}`;
  }
  // The schema of the gateway knows no range that is written with a dotted IPv4 end.
  if (bits === 128 && address.includes(".")) return `"${cut(text)}": write the range in hexadecimal groups`;
  return undefined;
}

export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

export function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const tail = groups.at(-1);
  const last = tail?.at(-1);
  // An IPv4 address may stand for the last two groups.
  if (last !== undefined && isIpv4(last)) tail?.splice(-1, 1, "0", "0");
  const all = groups.flat();
  return (
    all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? all.length < 8 : all.length === 8)
  );
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
