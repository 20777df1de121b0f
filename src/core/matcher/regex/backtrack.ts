import { branchesOf, widthOf } from "./width.ts";
import type { Assertion, ByteSet, Node } from "./syntax.ts";
import type { ParsedPattern } from "./parse.ts";

/** Where the match and each capture begin and end; -1 where a capture took no part. */
export type Spans = readonly number[];
export type Search =
  | { readonly kind: "match"; readonly spans: Spans }
  | { readonly kind: "noMatch" }
  /** Out of steps, or of stack: a backtracking engine can take time exponential in its input. */
  | { readonly kind: "gaveUp" };

interface Run {
  readonly subject: string;
  readonly captures: number[];
  stepsLeft: number;
  /** Set once the end of the subject was looked at or stood in the way of a longer match. */
  reachedEnd: boolean;
}
/** Tries to match from `at`, then whatever comes after; answers the end of the whole match, or -1. */
type Matcher = (run: Run, at: number, next: Next) => number;
type Next = (at: number) => number;

const outOfSteps = Symbol("out of steps");
type Compiled = (
  subject: string,
  limits: { readonly lastStart: number; readonly steps: number },
) => Search & { readonly reachedEnd: boolean };

/** A matcher that tries what PCRE tries, in PCRE's order, and stops after a number of steps. */
export function compileBacktracking({ root, captureCount }: ParsedPattern): Compiled {
  const matcher = compile(root);
  return (subject, { lastStart, steps }) => {
    const run: Run = {
      subject,
      captures: Array<number>(captureCount * 2).fill(-1),
      stepsLeft: steps,
      reachedEnd: false,
    };
    try {
      for (let start = 0; start <= Math.min(lastStart, subject.length); start++) {
        const end = matcher(run, start, (at) => at);
        if (end >= 0) return { kind: "match", spans: [start, end, ...run.captures], reachedEnd: run.reachedEnd };
      }
      return { kind: "noMatch", reachedEnd: run.reachedEnd };
    } catch (error) {
      if (error === outOfSteps || error instanceof RangeError) return { kind: "gaveUp", reachedEnd: true };
      throw error;
    }
  };
}

function compile(node: Node): Matcher {
  switch (node.kind) {
    case "empty":
    case "keepOut":
      return (_run, at, next) => next(at);
    case "set":
      return setMatcher(node.set);
    case "sequence":
      return node.parts
        .map(compile)
        .reduceRight((rest, first) => (run, at, next) => first(run, at, (end) => rest(run, end, next)));
    case "choice":
      return choiceMatcher(node.branches.map(compile));
    case "repeat":
      return repeatMatcher(node);
    case "capture":
      return captureMatcher(node.index, compile(node.body));
    case "atomic":
      return atomicMatcher(compile(node.body));
    case "look":
      return node.isBehind ? behindMatcher(node) : lookMatcher(node.isNegative, compile(node.body));
    case "backreference":
      return referenceMatcher(node.index, node.ignoresCase);
    case "assert":
      return (run, at, next) => (holds(node.what, run, at) ? next(at) : -1);
  }
}

function step(run: Run): void {
  if (run.stepsLeft-- <= 0) throw outOfSteps;
}

function takes(run: Run, set: ByteSet, at: number): boolean {
  if (at >= run.subject.length) {
    run.reachedEnd = true;
    return false;
  }
  return set[run.subject.charCodeAt(at)] === 1;
}

function setMatcher(set: ByteSet): Matcher {
  return (run, at, next) => {
    step(run);
    return takes(run, set, at) ? next(at + 1) : -1;
  };
}

function choiceMatcher(branches: readonly Matcher[]): Matcher {
  return (run, at, next) => {
    for (const branch of branches) {
      step(run);
      const end = branch(run, at, next);
      if (end >= 0) return end;
    }
    return -1;
  };
}

function repeatMatcher(node: Node & { readonly kind: "repeat" }): Matcher {
  if (node.mode === "possessive") return atomicMatcher(repeatMatcher({ ...node, mode: "greedy" }));
  if (node.body.kind === "set") return setRepeat(node.body.set, node.min, node.max, node.mode === "lazy");
  const body = compile(node.body);
  const { min, max, mode } = node;
  const iterate = (run: Run, at: number, count: number, next: Next): number => {
    step(run);
    const again = () =>
      count >= max
        ? -1
        : // An iteration that takes nothing ends the repetition, as in PCRE.
          body(run, at, (end) => (end === at && count >= min ? -1 : iterate(run, end, count + 1, next)));
    if (count < min) return again();
    if (mode === "lazy") {
      const end = next(at);
      return end >= 0 ? end : again();
    }
    const end = again();
    return end >= 0 ? end : next(at);
  };
  return (run, at, next) => iterate(run, at, 0, next);
}

/** The common case, without a stack frame per byte. */
function setRepeat(set: ByteSet, min: number, max: number, isLazy: boolean): Matcher {
  return (run, at, next) => {
    let count = 0;
    const wanted = isLazy ? min : max;
    while (count < wanted && takes(run, set, at + count)) {
      count++;
      if ((count & 15) === 0) step(run);
    }
    if (count < min) return -1;
    for (;;) {
      step(run);
      const end = next(at + count);
      if (end >= 0) return end;
      if (isLazy) {
        if (count >= max || !takes(run, set, at + count)) return -1;
        count++;
      } else if (--count < min) return -1;
    }
  };
}

function captureMatcher(index: number, body: Matcher): Matcher {
  const start = (index - 1) * 2;
  return (run, at, next) => {
    const [oldStart = -1, oldEnd = -1] = run.captures.slice(start, start + 2);
    const end = body(run, at, (bodyEnd) => {
      const [innerStart = -1, innerEnd = -1] = run.captures.slice(start, start + 2);
      run.captures[start] = at;
      run.captures[start + 1] = bodyEnd;
      const result = next(bodyEnd);
      if (result < 0) {
        run.captures[start] = innerStart;
        run.captures[start + 1] = innerEnd;
      }
      return result;
    });
    if (end < 0) {
      run.captures[start] = oldStart;
      run.captures[start + 1] = oldEnd;
    }
    return end;
  };
}

function atomicMatcher(body: Matcher): Matcher {
  return (run, at, next) => {
    const saved = run.captures.slice();
    const end = body(run, at, (bodyEnd) => bodyEnd);
    const result = end < 0 ? -1 : next(end);
    if (result < 0) restore(run, saved);
    return result;
  };
}

function lookMatcher(isNegative: boolean, body: Matcher): Matcher {
  return (run, at, next) => {
    const saved = run.captures.slice();
    const hasMatch = body(run, at, (end) => end) >= 0;
    if (isNegative) restore(run, saved);
    const result = hasMatch === isNegative ? -1 : next(at);
    if (result < 0) restore(run, saved);
    return result;
  };
}

function behindMatcher(node: Node & { readonly kind: "look" }): Matcher {
  const branches = branchesOf(node.body).map((branch) => ({ width: widthOf(branch) ?? 0, matcher: compile(branch) }));
  return (run, at, next) => {
    const saved = run.captures.slice();
    const hasMatch = branches.some(
      ({ width, matcher }) => at >= width && matcher(run, at - width, (end) => (end === at ? end : -1)) >= 0,
    );
    if (node.isNegative) restore(run, saved);
    const result = hasMatch === node.isNegative ? -1 : next(at);
    if (result < 0) restore(run, saved);
    return result;
  };
}

/** A reference to a group that took no part fails, as in PCRE. */
function referenceMatcher(index: number, ignoresCase: boolean): Matcher {
  return (run, at, next) => {
    step(run);
    const [start = -1, end = -1] = run.captures.slice((index - 1) * 2, index * 2);
    if (start < 0) return -1;
    const wanted = run.subject.slice(start, end);
    const found = run.subject.slice(at, at + wanted.length);
    if (found.length < wanted.length) run.reachedEnd = true;
    const isSame = ignoresCase ? lower(found) === lower(wanted) : found === wanted;
    return isSame ? next(at + wanted.length) : -1;
  };
}

function lower(bytes: string): string {
  return bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function restore(run: Run, saved: readonly number[]): void {
  for (const [index, value] of saved.entries()) run.captures[index] = value;
}

function holds(what: Assertion, run: Run, at: number): boolean {
  const { subject } = run;
  const { length } = subject;
  if (at >= length) run.reachedEnd = true;
  switch (what) {
    case "start":
      return at === 0;
    case "end":
      return at === length;
    case "endOrLastLineFeed":
      if (at >= length - 1) run.reachedEnd = true;
      return at === length || (at === length - 1 && subject[at] === "\n");
    case "lineStart": // not after a line feed that ends the subject
      return at === 0 || (subject[at - 1] === "\n" && at < length);
    case "lineEnd":
      return at === length || subject[at] === "\n";
    case "word":
      return isWord(subject, at - 1) !== isWord(subject, at);
    case "notWord":
      return isWord(subject, at - 1) === isWord(subject, at);
  }
}

function isWord(subject: string, at: number): boolean {
  return /\w/.test(subject[at] ?? "");
}
