// PCRE patterns under a limit: the answer of the gateway's engine, or "unknown", never a hang.
// A small backtracking matcher that keeps PCRE's order; re2js where it runs out of steps and the pattern is regular.
// Everything is about byte strings, as APISIX compiles its patterns without UTF mode.
import { compileBacktracking, type Spans } from "./backtrack.ts";
import { compileLinear } from "./linear.ts";
import { parsePattern, type ParsedPattern } from "./parse.ts";
import { BrokenPattern, UnsupportedPattern } from "./syntax.ts";

export interface Pattern {
  /** `unsupported`: every answer is unknown. `broken`: PCRE refuses it, so it never matches. */
  readonly state: "ready" | "broken" | "unsupported";
  /** Whether it matches anywhere. `undefined`: not decided within the limit. */
  readonly search: (subject: string) => boolean | undefined;
  /** Where the leftmost match and its captures begin and end; `undefined`: not decided within the limit. */
  readonly find: (subject: string) => Spans | "noMatch" | undefined;
  /** Certain that no subject that begins with `prefix` is matched from its start to its end, `prefix` being shorter. */
  readonly isDeadAfter: (prefix: string) => boolean;
}

/** Enough for what people write; 20 to 50 ns each. */
const quickSteps = 20_000;
/** For what cannot be asked of the linear engine. APISIX itself stops there (apisix/cli/ngx_tpl.lua, lua_regex_match_limit). */
const patientSteps = 100_000;

/** As the gateway: apisix/cli/ngx_tpl.lua, lua_regex_cache_max_entries. */
const cacheSize = 8192;
const cache = new Map<string, Pattern>();

/** Compiled once and remembered, the oldest forgotten where there are too many. `source` is a byte string. */
export function patternOf(source: string, options: { readonly ignoresCase: boolean }): Pattern {
  const key = `${options.ignoresCase ? "i" : "-"}${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const pattern = compilePattern(source, options);
  const oldest = cache.keys().next();
  if (cache.size >= cacheSize && oldest.done !== true) cache.delete(oldest.value);
  cache.set(key, pattern);
  return pattern;
}

function compilePattern(source: string, options: { readonly ignoresCase: boolean }): Pattern {
  try {
    return readyPattern(parsePattern(source, options));
  } catch (error) {
    if (error instanceof BrokenPattern) {
      return { state: "broken", search: () => false, find: () => "noMatch", isDeadAfter: () => true };
    }
    // A pattern nested too deeply for the stack is as good as unsupported.
    if (error instanceof UnsupportedPattern || error instanceof RangeError) {
      return { state: "unsupported", search: () => undefined, find: () => undefined, isDeadAfter: () => false };
    }
    throw error;
  }
}

function readyPattern(parsed: ParsedPattern): Pattern {
  const run = compileBacktracking(parsed);
  let linear: ReturnType<typeof compileLinear> | "untried" = "untried";
  const search = (subject: string): boolean | undefined => {
    const quick = run(subject, { lastStart: subject.length, steps: quickSteps });
    if (quick.kind !== "gaveUp") return quick.kind === "match";
    if (linear === "untried") linear = compileLinear(parsed.root);
    if (linear !== undefined) return linear(subject);
    const patient = run(subject, { lastStart: subject.length, steps: patientSteps });
    return patient.kind === "gaveUp" ? undefined : patient.kind === "match";
  };
  const find = (subject: string): Spans | "noMatch" | undefined => {
    const found = run(subject, { lastStart: subject.length, steps: patientSteps });
    return found.kind === "gaveUp" ? undefined : found.kind === "match" ? found.spans : "noMatch";
  };
  // What never looked at the end of the prefix answers the same for every text that goes on from there.
  const isDeadAfter = (prefix: string) => !run(prefix, { lastStart: 0, steps: patientSteps }).reachedEnd;
  return { state: "ready", search, find, isDeadAfter };
}
