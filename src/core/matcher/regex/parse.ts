import { parseClass } from "./class.ts";
import { escapeAt, type Escape } from "./escape.ts";
import { anyByte, noLineFeed, setOf, withBothCases } from "./sets.ts";
import { BrokenPattern, UnsupportedPattern, type ByteSet, type Node } from "./syntax.ts";
import { checkLookBehinds } from "./width.ts";

export interface ParsedPattern {
  readonly root: Node;
  readonly captureCount: number;
}

interface Flags {
  readonly ignoresCase: boolean;
  readonly dotTakesAll: boolean;
  readonly isMultiline: boolean;
  readonly isExtended: boolean;
  readonly isUngreedy: boolean;
  readonly capturesByNameOnly: boolean;
}

const longestRepeat = 65_535;
/** PCRE2 10.42 takes `{,3}` as text. */
const quantifier = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})([+?]?)/y;

/**
 * Reads a pattern (a byte string) as PCRE2 10.42 does without UTF mode.
 * Throws BrokenPattern where PCRE refuses it, UnsupportedPattern where this reader gives up.
 */
export function parsePattern(source: string, options: { readonly ignoresCase: boolean }): ParsedPattern {
  const reader = new Reader(source);
  const root = reader.readAll({
    ignoresCase: options.ignoresCase,
    dotTakesAll: false,
    isMultiline: false,
    isExtended: false,
    isUngreedy: false,
    capturesByNameOnly: false,
  });
  checkLookBehinds(root);
  return { root, captureCount: reader.captureCount };
}

/** Holds the place in the source; lives for one parse. */
class Reader {
  captureCount = 0;
  private at = 0;
  private readonly names = new Map<string, number>();
  /** References are checked when all groups are known. */
  private readonly references: { readonly index: number | undefined; readonly name: string | undefined }[] = [];
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  readAll(flags: Flags): Node {
    if (this.source.startsWith("(*")) throw new UnsupportedPattern("verbs and options at the start");
    const root = this.readChoice(flags);
    if (this.at < this.source.length) throw new BrokenPattern("unmatched closing parenthesis");
    for (const { index, name } of this.references) {
      if (index === undefined ? !this.names.has(name ?? "") : index > this.captureCount) {
        throw new BrokenPattern("reference to a group that does not exist");
      }
    }
    return this.resolved(root);
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
        return this.referenceTo(escape.to, flags);
    }
  }

  private referenceTo(to: string, flags: Flags): Node {
    const relative = /^-(\d+)$/.exec(to);
    if (relative !== null) {
      const index = this.captureCount + 1 - Number(relative[1]);
      if (index < 1) throw new BrokenPattern("reference to a group that does not exist");
      return { kind: "backreference", index, ignoresCase: flags.ignoresCase };
    }
    const index = /^\d+$/.test(to) ? Number(to) : undefined;
    this.references.push({ index, name: to });
    // A name may be defined later: stands in as a negative index until all are known.
    return { kind: "backreference", index: index ?? -this.references.length, ignoresCase: flags.ignoresCase };
  }

  /** Puts numbers where named references stand. */
  private resolved(node: Node): Node {
    switch (node.kind) {
      case "backreference": {
        if (node.index >= 0) return node;
        const name = this.references[-node.index - 1]?.name ?? "";
        return { ...node, index: this.names.get(name) ?? 0 };
      }
      case "sequence":
        return { kind: "sequence", parts: node.parts.map((part) => this.resolved(part)) };
      case "choice":
        return { kind: "choice", branches: node.branches.map((branch) => this.resolved(branch)) };
      case "repeat":
      case "capture":
      case "atomic":
      case "look":
        return { ...node, body: this.resolved(node.body) };
      case "empty":
      case "set":
      case "assert":
      case "keepOut":
        return node;
    }
  }

  private readGroup(flags: Flags): Node | undefined {
    if (this.source.startsWith("(*", this.at)) throw new UnsupportedPattern("verbs");
    if (!this.source.startsWith("(?", this.at)) {
      this.at++;
      return flags.capturesByNameOnly ? this.closed(this.readChoice(flags)) : this.readCapture(flags, undefined);
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
      return this.referenceTo(reference[1] ?? "", flags);
    }
    const look = this.lookingAt(/\(\?(<?)([=!])/y);
    if (look !== undefined) {
      this.at += look[0].length;
      const body = this.closed(this.readChoice(flags));
      return { kind: "look", isBehind: look[1] === "<", isNegative: look[2] === "!", body };
    }
    if (this.source.startsWith("(?>", this.at)) {
      this.at += 3;
      return { kind: "atomic", body: this.closed(this.readChoice(flags)) };
    }
    const plain = this.lookingAt(/\(\?(\^?[imsxnUJ]*(?:-[imsxnUJ]*)?):/y);
    if (plain !== undefined) {
      this.at += plain[0].length;
      return this.closed(this.readChoice(changedFlags(flags, plain[1] ?? "")));
    }
    if (this.lookingAt(/\(\?(?:[|(RC&]|P>|[+-]?\d|<?\*)/y) !== undefined)
      throw new UnsupportedPattern("recursion and its like");
    throw new BrokenPattern("unknown kind of group");
  }

  private readCapture(flags: Flags, name: string | undefined): Node {
    const index = ++this.captureCount;
    if (name !== undefined) {
      if (this.names.has(name)) throw new BrokenPattern("two groups of one name");
      this.names.set(name, index);
    }
    return { kind: "capture", index, body: this.closed(this.readChoice(flags)) };
  }

  private closed(body: Node): Node {
    if (this.source[this.at] !== ")") throw new BrokenPattern("missing closing parenthesis");
    this.at++;
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

function changedFlags(flags: Flags, text: string): Flags {
  const fresh = text.startsWith("^");
  const [on = "", off = ""] = text.replace("^", "").split("-");
  const value = (letter: string, before: boolean) =>
    on.includes(letter) ? true : off.includes(letter) ? false : before && !fresh;
  return {
    ignoresCase: value("i", flags.ignoresCase),
    dotTakesAll: value("s", flags.dotTakesAll),
    isMultiline: value("m", flags.isMultiline),
    isExtended: value("x", flags.isExtended),
    isUngreedy: on.includes("U") ? true : off.includes("U") ? false : flags.isUngreedy,
    capturesByNameOnly: value("n", flags.capturesByNameOnly),
  };
}

function byteNode(byte: string, flags: Flags): Node {
  const set: ByteSet = setOf(byte + byte);
  return { kind: "set", set: flags.ignoresCase ? withBothCases(set) : set };
}

/** `\R`: atomic, so that CR LF is never torn apart. */
function lineBreak(): Node {
  const single: Node = { kind: "set", set: setOf("\n\r", "\x85\x85") };
  const pair: Node = {
    kind: "sequence",
    parts: [
      { kind: "set", set: setOf("\r\r") },
      { kind: "set", set: setOf("\n\n") },
    ],
  };
  return { kind: "atomic", body: { kind: "choice", branches: [pair, single] } };
}

function sequenceOf(parts: readonly Node[]): Node {
  const [only] = parts;
  if (only === undefined) return { kind: "empty" };
  return parts.length === 1 ? only : { kind: "sequence", parts };
}
