import picocolors from "picocolors";

/** Where text for people goes: how wide it is, and whether it takes colors. */
export interface Paper {
  readonly columns: number;
  readonly paint: ReturnType<typeof picocolors.createColors>;
}

const widest = 120;

/** A terminal is as wide as it says, up to what is comfortable to read; a pipe is wide and plain. NO_COLOR is obeyed. */
export function paperOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): Paper {
  const isTerminal = stream.isTTY === true;
  const isColored = isTerminal && picocolors.isColorSupported;
  return {
    columns: isTerminal ? Math.min(stream.columns ?? widest, widest) : widest,
    paint: picocolors.createColors(isColored),
  };
}

/** Words in lines no longer than `columns`; lines after the first begin with `indent` spaces. Plain text only. */
export function wrapped(text: string, { columns, indent, first = indent }: Wrapping): string {
  const lines: string[] = [];
  let line = "";
  let room = columns - first;
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
      room = columns - indent;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

interface Wrapping {
  readonly columns: number;
  readonly indent: number;
  /** Columns taken before the first word, where they are not `indent`. */
  readonly first?: number;
}
