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
 * The whole body as bytes, never more than `limit` of them in memory. Of a body that is too long the rest stays unread:
 * the client can still be answered, and node throws the rest away.
 * Throws `BodyTooLarge`, or the stream's own error when the client went away.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limit) return Promise.reject(new BodyTooLarge(announced, limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      request.off("data", take).pause();
      reject(new BodyTooLarge(size, limit));
      return undefined;
    };
    request
      .on("data", take)
      .once("end", () => resolve(Buffer.concat(chunks)))
      .once("error", reject)
      .once("close", () => reject(new Error("the client went away")));
  });
}
