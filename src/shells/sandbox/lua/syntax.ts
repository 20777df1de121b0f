import { LuaFault, Reader, type Returned } from "./reader.ts";
import { tokensOf } from "./tokens.ts";

export type LuaReading = { readonly fault: string } | { readonly returned: Returned };

/**
 * Reads a Lua 5.1 chunk as `loadstring` would: is it Lua at all, and what does its last `return` give? Runs nothing.
 * Grammar: Lua 5.1 reference manual, section 8, with the `goto` of LuaJIT.
 */
export function readLua(source: string): LuaReading {
  const tokens = tokensOf(source);
  if ("unexpected" in tokens) return { fault: `unexpected symbol near '${tokens.unexpected}'` };
  try {
    return { returned: new Reader(tokens).chunk() };
  } catch (error) {
    if (error instanceof LuaFault) return { fault: error.message };
    throw error;
  }
}
