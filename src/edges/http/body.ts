import type { IncomingMessage } from "node:http";

/** The body is longer than the limit; `size` is its announced length, or what had come when reading stopped. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
  readonly size: number;

  constructor(size: number, limit: number) {
    super(`body of ${size} bytes, at most ${limit} are read`);
    this.size = size;
  }
}

/**
 * The whole body as bytes, never more than `limit` of them in memory. A body that is too long is read to its end and
 * thrown away, so that the client can still be answered, unless it goes on beyond ten times the limit.
 * Throws `BodyTooLarge`, or the stream's own error when the client went away.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  const chunks: Buffer[] = [];
  let size = 0;
  // IncomingMessage without an encoding yields buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit * 10) break;
    if (size <= limit && announced <= limit) chunks.push(chunk);
  }
  if (size > limit || announced > limit) throw new BodyTooLarge(Math.max(size, announced), limit);
  return Buffer.concat(chunks);
}
