import type { Flags } from "./flags.ts";
import { setOf, withBothCases } from "./sets.ts";
import type { ByteSet, Node } from "./syntax.ts";

export function byteNode(byte: string, { ignoresCase }: Flags): Node {
  const set: ByteSet = setOf(byte + byte);
  return { kind: "set", set: ignoresCase ? withBothCases(set) : set };
}

/** `\R`: atomic, so that CR LF is never torn apart. */
export function lineBreak(): Node {
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

export function sequenceOf(parts: readonly Node[]): Node {
  const [only] = parts;
  if (only === undefined) return { kind: "empty" };
  return parts.length === 1 ? only : { kind: "sequence", parts };
}
