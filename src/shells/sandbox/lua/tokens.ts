/** A word of Lua: its text, and what sort of word it is. */
export interface Token {
  readonly type: "name" | "keyword" | "number" | "string" | "symbol" | "end";
  readonly text: string;
}

const keywords = new Set(
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(
    " ",
  ),
);
const word = new RegExp(
  [
    /(?<blank>\s+|--\[(?<c>=*)\[[\s\S]*?\]\k<c>\]|--[^\n]*)/,
    /(?<name>[A-Za-z_]\w*)/,
    /(?<number>0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?(?:[uU]?[lL]{2}|i)?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:[uU]?[lL]{2}|i)?)/,
    /(?<string>\[(?<l>=*)\[[\s\S]*?\]\k<l>\]|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')/,
    /(?<symbol>\.\.\.|\.\.|==|~=|<=|>=|::|[-+*/%^#<>=(){}[\];:,.])/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "y",
);

/** The words of a Lua text, or the first character that begins none. */
export function tokensOf(source: string): readonly Token[] | { readonly unexpected: string } {
  const tokens: Token[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < source.length) {
    const at = word.lastIndex;
    const groups = word.exec(source)?.groups;
    if (groups === undefined) return { unexpected: source.charAt(at) };
    const { name, number, string, symbol } = groups;
    if (name !== undefined) tokens.push({ type: keywords.has(name) ? "keyword" : "name", text: name });
    else if (number !== undefined) tokens.push({ type: "number", text: number });
    else if (string !== undefined) tokens.push({ type: "string", text: string });
    else if (symbol !== undefined) tokens.push({ type: "symbol", text: symbol });
  }
  return [...tokens, { type: "end", text: "<eof>" }];
}
