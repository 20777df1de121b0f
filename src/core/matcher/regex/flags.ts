/** Options that hold for a part of a pattern. */
export interface Flags {
  readonly ignoresCase: boolean;
  readonly dotTakesAll: boolean;
  readonly isMultiline: boolean;
  readonly isExtended: boolean;
  readonly isUngreedy: boolean;
  readonly capturesByNameOnly: boolean;
}

/** What holds at the start of a pattern. */
export function initialFlags(ignoresCase: boolean): Flags {
  return {
    ignoresCase,
    dotTakesAll: false,
    isMultiline: false,
    isExtended: false,
    isUngreedy: false,
    capturesByNameOnly: false,
  };
}

/** After `i`, `^`, `s-i`, as written between `(?` and what ends it. */
export function changedFlags(flags: Flags, text: string): Flags {
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
