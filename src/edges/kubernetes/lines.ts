const newline = 0x0a;

/**
 * Splits a stream of bytes into lines of text. Chunks may end anywhere, inside a character too: a line is decoded only
 * when it is whole. An empty line is skipped. Ends with the stream; a last line without its newline is what a
 * connection left behind when it broke, so it throws `HalfLine`.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = textOf([...pending, chunk.subarray(start, end)]);
      pending = [];
      start = end + 1;
      if (line !== "") yield line;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) throw new HalfLine();
}

/** The stream ended in the middle of a line. */
export class HalfLine extends Error {
  override readonly name = "HalfLine";
  constructor() {
    super("the stream ended in the middle of a line");
  }
}

function textOf(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString("utf8");
}
