/** LuaJIT's tonumber for text; `undefined` where it is no number. */
export function luaNumberOf(text: string): number | undefined {
  const trimmed = text.replace(/^[\t-\r ]+|[\t-\r ]+$/g, "");
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed);
  const [, sign, digits] = /^([+-]?)(0[xX][\da-fA-F]+|0[bB][01]+)$/.exec(trimmed) ?? [];
  return digits === undefined ? undefined : (sign === "-" ? -1 : 1) * Number(digits);
}
