import { parseClass } from "./class.ts";
import { escapeAt, type Escape } from "./escape.ts";
import { changedFlags, initialFlags, type Flags } from "./flags.ts";
import { byteNode, lineBreak, sequenceOf } from "./nodes.ts";
import { References } from "./references.ts";
import { anyByte, noLineFeed } from "./sets.ts";
import { BrokenPattern, UnsupportedPattern, type Node } from "./syntax.ts";
import { checkLookBehinds } from "./width.ts";

export interface ParsedPattern {
  readonly root: Node;
  readonly captureCount: number;
}

const longestRepeat = 65_535;
/** Source: PCRE2 10.42, configure.ac, parens-nest-limit, which nobody on the way changes. (From source.) */
const deepestNesting = 250;
/** PCRE2 10.42 takes `{,3}` as text. */
const quantifier = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})([+?]?)/y;

/**
 * Reads a pattern (a byte string) as PCRE2 10.42 does without UTF mode.
 * Throws BrokenPattern where PCRE refuses it, UnsupportedPattern where this reader gives up.
 */
export function parsePattern(source: string, options: { readonly ignoresCase: boolean }): ParsedPattern {
  const reader = new Reader(source);
  const root = reader.readAll(initialFlags(options.ignoresCase));
  checkLookBehinds(root);
  return { root, captureCount: reader.captureCount };
}

/** Holds the place in the source; lives for one parse. */
class Reader {
  captureCount = 0;
  private at = 0;
  private depth = 0;
  private readonly references = new References();
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  readAll(flags: Flags): Node {
    if (this.source.startsWith("(*")) throw new UnsupportedPattern("verbs and options at the start");
    const root = this.readChoice(flags);
    if (this.at < this.source.length) throw new BrokenPattern("unmatched closing parenthesis");
    return this.references.resolved(root, this.captureCount);
  }

  private readChoice(outer: Flags): Node {
    let flags = outer;
    const branches: Node[] = [];
    let parts: Node[] = [];
    for (;;) {
      const next = this.source[this.at];
      if (next === undefined || next === ")") break;
      if (next === "|") {
        this.at++;
        branches.push(sequenceOf(parts));
        parts = [];
        continue;
      }
      const changed = this.readFlagChange(flags);
      if (changed !== undefined) {
        flags = changed;
        continue;
      }
      const part = this.readPart(flags);
      if (part !== undefined) parts.push(part);
    }
    branches.push(sequenceOf(parts));
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: "choice", branches };
  }

  /** `(?i)`, `(?^)`, `(?s-i)`: holds to the end of the group around it. */
  private readFlagChange(flags: Flags): Flags | undefined {
    const match = this.lookingAt(/\(\?(\^?[imsxnUJ]*(?:-[imsxnUJ]*)?)\)/y);
    if (match === undefined) return undefined;
    this.at += match[0].length;
    return changedFlags(flags, match[1] ?? "");
  }

  private readPart(flags: Flags): Node | undefined {
    if (flags.isExtended && this.skipExtended()) return undefined;
    const quoted = this.readQuoted(flags);
    const node = quoted ?? this.readAtom(flags);
    return node === undefined ? undefined : this.readQuantifiers(node, flags);
  }

  private skipExtended(): boolean {
    const match = this.lookingAt(/(?:[\t-\r ]|#[^\n]*\n?)+/y);
    if (match !== undefined) this.at += match[0].length;
    return match !== undefined;
  }

  /** `\Q…\E`: a quantifier after it holds for its last byte only. */
  private readQuoted(flags: Flags): Node | undefined {
    if (!this.source.startsWith("\\Q", this.at)) return undefined;
    const end = this.source.indexOf("\\E", this.at + 2);
    const text = this.source.slice(this.at + 2, end < 0 ? undefined : end);
    this.at = end < 0 ? this.source.length : end + 2;
    const bytes = text.split("").map((byte) => byteNode(byte, flags));
    const last = bytes.pop();
    if (last === undefined) return { kind: "empty" };
    return sequenceOf([...bytes, this.readQuantifiers(last, flags)]);
  }

  private readAtom(flags: Flags): Node | undefined {
    const byte = this.source[this.at] ?? "";
    switch (byte) {
      case "(":
        return this.readGroup(flags);
      case "[":
        return this.readClass(flags);
      case "\\":
        return this.readEscape(flags);
      case ".":
        this.at++;
        return { kind: "set", set: flags.dotTakesAll ? anyByte : noLineFeed };
      case "^":
        this.at++;
        return { kind: "assert", what: flags.isMultiline ? "lineStart" : "start" };
      case "$":
        this.at++;
        return { kind: "assert", what: flags.isMultiline ? "lineEnd" : "endOrLastLineFeed" };
      case "*":
      case "+":
      case "?":
        throw new BrokenPattern("quantifier without anything to repeat");
      case "{":
        if (this.lookingAt(quantifier) !== undefined) throw new BrokenPattern("quantifier without anything to repeat");
        this.at++;
        return byteNode(byte, flags);
      default:
        this.at++;
        return byteNode(byte, flags);
    }
  }

  private readClass(flags: Flags): Node {
    const { set, end } = parseClass(this.source, this.at, flags);
    this.at = end;
    return { kind: "set", set };
  }

  private readEscape(flags: Flags): Node | undefined {
    const { escape, end } = escapeAt(this.source, this.at, this.captureCount);
    this.at = end;
    return this.nodeOf(escape, flags);
  }

  private nodeOf(escape: Escape, flags: Flags): Node | undefined {
    switch (escape.kind) {
      case "byte":
        return byteNode(escape.byte, flags);
      case "set":
        return { kind: "set", set: escape.set };
      case "assert":
        return { kind: "assert", what: escape.what };
      case "keepOut":
        return { kind: "keepOut" };
      case "nothing":
        return undefined;
      case "lineBreak":
        return lineBreak();
      case "reference":
        return this.references.nodeTo(escape.to, this.captureCount, flags);
    }
  }

  private readGroup(flags: Flags): Node | undefined {
    if (this.source.startsWith("(*", this.at)) throw new UnsupportedPattern("verbs");
    if (!this.source.startsWith("(?", this.at)) {
      this.at++;
      return flags.capturesByNameOnly ? this.readBody(flags) : this.readCapture(flags, undefined);
    }
    const comment = this.lookingAt(/\(\?#[^)]*(\)?)/y);
    if (comment !== undefined) {
      if (comment[1] === "") throw new BrokenPattern("comment without end");
      this.at += comment[0].length;
      return undefined;
    }
    const named = this.lookingAt(/\(\?(?:P?<([A-Za-z_]\w{0,31})>|'([A-Za-z_]\w{0,31})')/y);
    if (named !== undefined) {
      this.at += named[0].length;
      return this.readCapture(flags, named[1] ?? named[2]);
    }
    const reference = this.lookingAt(/\(\?P=([A-Za-z_]\w{0,31})\)/y);
    if (reference !== undefined) {
      this.at += reference[0].length;
      return this.references.nodeTo(reference[1] ?? "", this.captureCount, flags);
    }
    const look = this.lookingAt(/\(\?(<?)([=!])/y);
    if (look !== undefined) {
      this.at += look[0].length;
      const body = this.readBody(flags);
      return { kind: "look", isBehind: look[1] === "<", isNegative: look[2] === "!", body };
    }
    if (this.source.startsWith("(?>", this.at)) {
      this.at += 3;
      return { kind: "atomic", body: this.readBody(flags) };
    }
    const plain = this.lookingAt(/\(\?(\^?[imsxnUJ]*(?:-[imsxnUJ]*)?):/y);
    if (plain !== undefined) {
      this.at += plain[0].length;
      return this.readBody(changedFlags(flags, plain[1] ?? ""));
    }
    if (this.lookingAt(/\(\?(?:[|(RC&]|P>|[+-]?\d|<?\*)/y) !== undefined)
      throw new UnsupportedPattern("recursion and its like");
    throw new BrokenPattern("unknown kind of group");
  }

  private readCapture(flags: Flags, name: string | undefined): Node {
    const index = ++this.captureCount;
    if (name !== undefined) this.references.define(name, index);
    return { kind: "capture", index, body: this.readBody(flags) };
  }

  /** What stands in a group, up to and with its closing parenthesis. */
  private readBody(flags: Flags): Node {
    if (++this.depth > deepestNesting) throw new BrokenPattern("parentheses are too deeply nested");
    const body = this.readChoice(flags);
    if (this.source[this.at] !== ")") throw new BrokenPattern("missing closing parenthesis");
    this.at++;
    this.depth--;
    return body;
  }

  private readQuantifiers(body: Node, flags: Flags): Node {
    if (flags.isExtended) this.skipExtended();
    const match = this.lookingAt(quantifier);
    if (match === undefined) return body;
    if (body.kind === "assert" || body.kind === "keepOut") throw new BrokenPattern("nothing to repeat");
    this.at += match[0].length;
    const { min, max } = countsOf(match);
    if (min > longestRepeat || (max > longestRepeat && max !== Number.POSITIVE_INFINITY))
      throw new BrokenPattern("number too big");
    if (min > max) throw new BrokenPattern("numbers out of order");
    const isLazy = (match[5] === "?") !== flags.isUngreedy;
    const mode = match[5] === "+" ? "possessive" : isLazy ? "lazy" : "greedy";
    if (this.lookingAt(quantifier) !== undefined) throw new BrokenPattern("nothing to repeat");
    return { kind: "repeat", body, min, max, mode };
  }

  private lookingAt(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.source) ?? undefined;
  }
}

function countsOf(match: RegExpExecArray): { readonly min: number; readonly max: number } {
  const [, sign, low, comma, high] = match;
  if (sign !== undefined) return { min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
  const min = Number(low);
  if (comma === undefined) return { min, max: min };
  return { min, max: high === "" || high === undefined ? Number.POSITIVE_INFINITY : Number(high) };
}
