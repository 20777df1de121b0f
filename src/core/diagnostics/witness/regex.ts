/**
 * A text that the expression finds, for the everyday ones (`^v[12]$`, `(a|b)/\d+`, `beta`); `undefined` where that
 * would take more than a glance. Whoever uses it asks the matcher whether it is right.
 */
export function sampleOf(expression: string): string | undefined {
  let at = 0;
  const sample = alternatives();
  return at === expression.length ? sample : undefined;

  function alternatives(): string | undefined {
    let first = sequence();
    while (expression[at] === "|") {
      at++;
      const next = sequence();
      first ??= next;
    }
    return first;
  }

  function sequence(): string | undefined {
    let text: string | undefined = "";
    while (at < expression.length && expression[at] !== "|" && expression[at] !== ")") {
      const part = atom();
      const times = quantity();
      text = text === undefined || part === undefined ? undefined : text + part.repeat(times);
    }
    return text;
  }

  function atom(): string | undefined {
    const char = expression[at++] ?? "";
    switch (char) {
      case "^":
      case "$":
        return "";
      case ".":
        return "x";
      case "(":
        return group();
      case "[":
        return set();
      case "\\":
        return escaped(expression[at++] ?? "");
      default:
        return char;
    }
  }

  function group(): string | undefined {
    const isPlain = expression[at] !== "?";
    if (expression.startsWith("?:", at)) at += 2;
    const inner = alternatives();
    if (expression[at] === ")") at++;
    return isPlain || inner !== undefined ? inner : undefined;
  }

  function set(): string | undefined {
    const isNegated = expression[at] === "^";
    if (isNegated) at++;
    const start = at;
    if (expression[at] === "]") at++;
    while (at < expression.length && expression[at] !== "]") at += expression[at] === "\\" ? 2 : 1;
    const members = expression.slice(start, at++);
    if (!isNegated) return members.startsWith("\\") ? escaped(members[1] ?? "") : members[0];
    return ["w", "1", "-"].find((char) => !members.includes(char));
  }

  function quantity(): number {
    const counted = /^\{(\d+)(?:,\d*)?\}/.exec(expression.slice(at, at + 12));
    if (counted !== null) {
      at += counted[0].length;
      skipMode();
      return Math.min(Number(counted[1]), 64);
    }
    const char = expression[at];
    if (char !== "*" && char !== "+" && char !== "?") return 1;
    at++;
    skipMode();
    return char === "+" ? 1 : 0;
  }

  /** `*?` and `*+` differ in how they match, not in what. */
  function skipMode(): void {
    if (expression[at] === "?" || expression[at] === "+") at++;
  }
}

function escaped(char: string): string | undefined {
  switch (char) {
    case "d":
      return "1";
    case "w":
      return "w";
    case "s":
      return " ";
    case "b":
    case "A":
    case "z":
    case "Z":
      return "";
    default:
      return /[a-zA-Z0-9]/.test(char) ? undefined : char;
  }
}
