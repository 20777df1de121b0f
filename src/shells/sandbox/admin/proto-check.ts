import type { BodyCheck } from "./context.ts";

/**
 * Whether the content of a proto looks like one: its words are words of the language, brackets close, and what stands
 * at the top are statements of it. A compiler sees more. Base64 is a compiled descriptor, which is taken as it is.
 */
export const protoFault: BodyCheck = ({ content }) => {
  if (typeof content !== "string" || isDescriptor(content)) return undefined;
  const fault = faultIn(content);
  return fault === undefined ? undefined : `invalid content: ${fault}`;
};

function isDescriptor(content: string): boolean {
  return content.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(content);
}

const token =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_][\w.]*|\.[A-Za-z_][\w.]*|-?\d[\w.+-]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{}[\]()<>=;,:]/y;
const statements = new Set([
  "syntax",
  "edition",
  "package",
  "import",
  "option",
  "message",
  "enum",
  "service",
  "extend",
]);

function faultIn(content: string): string | undefined {
  const open: string[] = [];
  let isStart = true;
  let last = ";";
  token.lastIndex = 0;
  while (token.lastIndex < content.length) {
    const at = token.lastIndex;
    const word = token.exec(content)?.[0];
    if (word === undefined) return `unexpected symbol at ${at + 1}`;
    if (/^(?:\s|\/\/|\/\*)/.test(word)) continue;
    if (isStart && open.length === 0 && word !== ";" && !statements.has(word))
      return `unknown top-level keyword '${word}'`;
    if (word === "{" || word === "[" || word === "(") open.push(closing[word]);
    else if (word === "}" || word === "]" || word === ")") {
      if (open.pop() !== word) return `unexpected '${word}' at ${at + 1}`;
      if (word === "}" && !/[;{}]/.test(last)) return `';' expected at ${at + 1}`;
    }
    isStart = open.length === 0 && (word === ";" || word === "}");
    last = word;
  }
  return open.length === 0 && (last === ";" || last === "}") ? undefined : "unexpected end of file";
}

const closing = { "{": "}", "[": "]", "(": ")" } as const;
