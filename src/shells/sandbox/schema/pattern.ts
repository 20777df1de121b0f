const compiled = new Map<string, RegExp>();

/**
 * A pattern of a schema as PCRE reads it: `$` also stands before a line feed at the end, `.` stops at line feeds only,
 * `\s` knows ASCII blanks only. For the patterns of our own schemas; those of users go through the matcher's engine.
 */
export function patternOf(pattern: string): RegExp {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(asJavaScript(pattern));
    compiled.set(pattern, regex);
  }
  return regex;
}

function asJavaScript(pattern: string): string {
  // Escapes and classes are taken whole, so that a dollar or a dot inside them stays what it is.
  return pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\$|\./g, (part) => replacements[part] ?? part);
}

const replacements: Readonly<Record<string, string>> = {
  $: "(?=\\n?(?![\\s\\S]))",
  ".": "[^\\n]",
  "\\s": "[ \\t\\n\\v\\f\\r]",
  "\\S": "[^ \\t\\n\\v\\f\\r]",
};
