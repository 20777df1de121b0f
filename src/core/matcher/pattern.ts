import type { RouterFlavor } from "../model/index.ts";
import { bytesOf } from "./bytes.ts";
import { rulesOf, type RouterRules } from "./rules.ts";
import type { Segment, TreePattern, UriPattern } from "./uri-pattern.ts";
import { coversByRegex, groupsByRegex, isDeadAfter } from "./pattern-regex.ts";
import { coversBySegments, longestStar, spansOf } from "./pattern-segments.ts";

/**
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, common_route_data (key) and fetch_pat (segments);
 * apache/apisix 3.18, apisix/utils/router.lua (parameters are off in the two other routers).
 */
export function compileUri(uri: string, flavor: RouterFlavor, rules: RouterRules = rulesOf()): UriPattern {
  const bytes = bytesOf(uri);
  const keyLength = keyLengthOf(bytes, flavor);
  if (keyLength < 0) {
    return {
      kind: "exact",
      key: bytes,
      text: uri,
      textLength: bytes.length,
      isNeverMatching: !isReachable(bytes) || /\/\.{1,2}$/.test(bytes),
    };
  }

  const key = bytes.slice(0, keyLength);
  const parts = bytes.split("/");
  while (parts.length > 1 && parts.at(-1) === "") parts.pop();
  const segments = parts.map(segmentOf);
  const isChecked = segments.some(({ kind }) => kind === "param" || kind === "rest");
  const endsWithSlash = rules.keepsTrailingSlash && bytes.endsWith("/");
  const hasSyntax = isChecked && segments.some(({ kind }) => kind === "regex");
  const regex = hasSyntax ? regexOf(segments, endsWithSlash, rules) : undefined;
  return {
    kind: "tree",
    key,
    text: uri,
    textLength: bytes.length,
    segments: isChecked ? segments : undefined,
    endsWithSlash,
    paramTakesAnyByte: rules.paramTakesAnyByte,
    isPlainPrefix: regex === undefined && isLastStar(parts, bytes, key),
    regex,
    isNeverMatching: !isReachable(key) || (regex !== undefined && isDeadAfter(regex, key)),
  };
}

/**
 * Whether a normalised path (a byte string) passes; `undefined` where an expression could not be decided within its
 * limit. The first match of the pattern must be the whole path.
 * Source: api7/lua-resty-radixtree 2.9.2, match_route and compare_param.
 */
export function matchesPattern(pattern: UriPattern, path: string): boolean | undefined {
  if (pattern.kind === "exact") return path === pattern.key;
  if (!path.startsWith(pattern.key)) return false;
  return passesCheck(pattern, path);
}

/** Like matchesPattern, for a path that is known to begin with the key. */
export function passesCheck(pattern: TreePattern, path: string): boolean | undefined {
  if (pattern.segments === undefined) return true;
  if (pattern.isPlainPrefix) return path.length - pattern.key.length <= longestStar;
  if (pattern.regex === undefined) return coversBySegments(pattern.segments, pattern, path);
  if (path.length > longestStar && pattern.segments.some(({ kind }) => kind === "rest")) return false;
  return coversByRegex(pattern.regex, path);
}

/**
 * Parameters that a path which passes gives to the route, by name; byte strings. Of several stars the names shift: the
 * expression has two groups for each (the text and its last byte), and names are dealt out group by group.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, compare_param.
 */
export function paramsOf(pattern: UriPattern, path: string): Readonly<Record<string, string>> {
  if (pattern.kind === "exact" || pattern.segments === undefined) return {};
  const names = pattern.segments.flatMap((segment) => ("name" in segment ? [segment.name] : []));
  const groups = groupsOf(pattern, pattern.segments, path);
  return Object.fromEntries(
    names.flatMap((name, index): [string, string][] => {
      const text = groups[index];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function groupsOf(pattern: TreePattern, segments: readonly Segment[], path: string): readonly (string | undefined)[] {
  if (pattern.regex !== undefined) {
    const groups = groupsByRegex(pattern.regex, path);
    return groups === undefined || groups === "notCovered" ? [] : groups;
  }
  const kinds = segments.filter(({ kind }) => kind === "param" || kind === "rest");
  return (spansOf(segments, pattern, path) ?? []).flatMap(([start, end], index) => {
    const text = path.slice(start, end);
    return kinds[index]?.kind === "rest" ? [text, text === "" ? undefined : text.slice(-1)] : [text];
  });
}

/** Where the key of a tree uri ends, or -1 for an exact one. With parameters the first colon counts even after a star. */
function keyLengthOf(bytes: string, flavor: RouterFlavor): number {
  const colon = flavor === "radixtree_uri_with_parameter" ? bytes.indexOf(":") : -1;
  return colon >= 0 ? colon : bytes.indexOf("*");
}

function segmentOf(part: string): Segment {
  if (part.startsWith(":")) return { kind: "param", name: part.slice(1) };
  if (part.startsWith("*")) return { kind: "rest", name: part.slice(1) || ":ext" };
  // Braces are syntax only where they count something; 10.42 of PCRE2 takes "{,3}" literally.
  return /[\\^$.[|()?*+]|\{\d+(?:,\d*)?\}/.test(part)
    ? { kind: "regex", source: part }
    : { kind: "literal", text: part };
}

/** The expression that radixtree builds; groups as there, since their numbers decide which parameter gets which text. */
function regexOf(segments: readonly Segment[], endsWithSlash: boolean, rules: RouterRules): string {
  const parts = segments.map((segment) => {
    switch (segment.kind) {
      case "param":
        return rules.paramTakesAnyByte ? "([^\\/]+)" : "([\\w\\-;:@&=!',%$.+*()]+)";
      case "rest":
        return "((.|\\n)*)";
      case "literal":
        return segment.text;
      case "regex":
        return segment.source;
    }
  });
  return parts.join("\\/") + (endsWithSlash ? "\\/" : "");
}

/** Whether a normalised request path can begin with this text. */
function isReachable(key: string): boolean {
  return (key === "" || key.startsWith("/")) && !/\/\/|\/\.{1,2}\/|\0/.test(key);
}

/** The last part is the star that ends the key; with parameters a colon may have ended it before. */
function isLastStar(parts: readonly string[], bytes: string, key: string): boolean {
  const last = parts.at(-1) ?? "";
  return last.startsWith("*") && key.length === bytes.length - last.length;
}
