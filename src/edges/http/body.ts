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

const patience = 8 * 1024 * 1024;

/**
 * The whole body as bytes, never more than `limit` of them in memory. The rest of a body that is too long is thrown
 * away as it comes, so that the client can be answered; one that goes on for ever (8 MiB beyond it) is cut.
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
      if (size <= limit) chunks.push(chunk);
      else reject(new BodyTooLarge(size, limit));
      if (size > limit + patience) request.destroy();
    };
    request
      .on("data", take)
      .once("end", () => resolve(Buffer.concat(chunks)))
      .once("error", reject)
      .once("close", () => reject(new Error("the client went away")));
  });
}
