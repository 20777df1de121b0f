import { bytesOf, patternOf } from "../../../core/matcher/index.ts";

/** What a pattern found: the whole match first. */
export interface Found {
  readonly start: number;
  readonly captures: readonly (string | undefined)[];
}

/** The first match of a PCRE pattern in a byte string; `undefined`: none, or none within the matcher's limit of steps. */
export function findFirst(pattern: string, subject: string): Found | undefined {
  const spans = patternOf(pattern, { ignoresCase: false }).find(subject);
  if (spans === undefined || spans === "noMatch") return undefined;
  const captures: (string | undefined)[] = [];
  for (let index = 0; index < spans.length; index += 2) {
    const start = spans[index] ?? -1;
    captures.push(start < 0 ? undefined : subject.slice(start, spans[index + 1]));
  }
  return { start: spans[0] ?? 0, captures };
}

/** Why PCRE could not compile it; `undefined`: it could. */
export function patternFault(pattern: string): string | undefined {
  return patternOf(bytesOf(pattern), { ignoresCase: false }).state === "broken" ? "pcre compile error" : undefined;
}

/**
 * Replaces the first match, or all; gives the text and how often. In the replacement `$1` and `${1}` are captures and
 * `$$` is a dollar. Source: openresty/lua-resty-core, lib/resty/core/regex.lua, ngx.re.sub().
 */
export function substitute(
  subject: string,
  pattern: string,
  replacement: string,
  scope: "once" | "global",
): { readonly text: string; readonly count: number } {
  let text = "";
  let rest = subject;
  let count = 0;
  for (;;) {
    const found = findFirst(pattern, rest);
    if (found === undefined) break;
    const [whole = ""] = found.captures;
    const end = found.start + whole.length;
    text += rest.slice(0, found.start) + filledIn(replacement, found.captures);
    rest = rest.slice(end);
    count += 1;
    if (scope === "once" || rest === "" || startsAtStart.test(pattern)) break;
    if (whole === "") {
      text += rest.slice(0, 1); // an empty match moves on by one
      rest = rest.slice(1);
    }
  }
  return { text: text + rest, count };
}

/** What is searched is the rest of the text, so such a pattern would find its start again. */
const startsAtStart = /^(?:\^|\\A)/;

function filledIn(replacement: string, captures: readonly (string | undefined)[]): string {
  return replacement.replace(
    /\$(?:(\$)|(\d)|\{(\d+)\})/g,
    (_whole, dollar?: string, digit?: string, digits?: string) =>
      dollar === undefined ? (captures[Number(digit ?? digits)] ?? "") : "$",
  );
}
