import { tonumber } from "../lua.ts";
import { BeyondModel } from "./syntax.ts";

export type Token =
  | { readonly kind: "name" | "symbol" | "keyword"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "end" };

const keywords = new Set(
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(
    " ",
  ),
);
const blanks = /(?:[ \t\r\n\v\f]+|--(?!\[=*\[)[^\n]*)*/y;
const token =
  /(?<name>[A-Za-z_]\w*)|(?<number>0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?<string>"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')|(?<symbol>\.\.\.|\.\.|==|~=|<=|>=|[-+*/%^#<>=(){}[\];:,.])/y;

/** Lua's tokens; BeyondModel for what is none of them (long strings and comments, for one). */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ;) {
    blanks.lastIndex = at;
    at += blanks.exec(source)?.[0].length ?? 0;
    if (at >= source.length) return [...tokens, { kind: "end" }];
    token.lastIndex = at;
    const match = token.exec(source);
    if (match?.groups === undefined) throw new BeyondModel("a token that is not modelled");
    at += match[0].length;
    tokens.push(tokenOf(match.groups));
  }
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Token {
  const { name, number, string, symbol } = groups;
  if (name !== undefined) return { kind: keywords.has(name) ? "keyword" : "name", text: name };
  if (string !== undefined) return { kind: "string", value: unescaped(string.slice(1, -1)) };
  if (symbol !== undefined) return { kind: "symbol", text: symbol };
  const value = tonumber(number);
  if (value === undefined) throw new BeyondModel("a number that is not modelled");
  return { kind: "number", value };
}

const escapes: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

function unescaped(text: string): string {
  return text.replace(/\\(\d{1,3}|x[\da-fA-F]{2}|[^])/g, (_, escape: string) => {
    if (/^\d/.test(escape)) return String.fromCharCode(Number(escape) & 255);
    if (/^x[\da-fA-F]/.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (/^[zu]/.test(escape)) throw new BeyondModel("an escape that is not modelled");
    return escapes[escape] ?? escape;
  });
}
