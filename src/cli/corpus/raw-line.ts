import { connect, type Socket } from "node:net";

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; of several lines the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface RawTarget {
  readonly host: string;
  readonly port: number;
  /** The address to call from. */
  readonly localAddress?: string | undefined;
}

const patienceMs = 10_000;

/**
 * A connection that sends bytes as they are, so that what no client library would send can be asked too. Opened when
 * it is needed, and again when the other side closed it.
 */
export class RawLine {
  readonly #target: RawTarget;
  #socket: Socket | undefined;

  constructor(target: RawTarget) {
    this.#target = target;
  }

  /** Throws where there is no answer, or none within ten seconds. */
  async ask(request: Buffer, { hasNoBody }: { readonly hasNoBody: boolean }): Promise<RawAnswer> {
    const reused = this.#socket !== undefined;
    try {
      return await this.#askOnce(request, hasNoBody);
    } catch (error) {
      this.close();
      // The other side may close an idle connection just as we use it.
      if (!reused) throw error;
      return await this.#askOnce(request, hasNoBody);
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #askOnce(request: Buffer, hasNoBody: boolean): Promise<RawAnswer> {
    const socket = (this.#socket ??= await open(this.#target));
    const answered = answerOn(socket, hasNoBody);
    socket.write(request);
    const { answer, isLast } = await answered;
    if (isLast) this.close();
    return answer;
  }
}

function open(target: RawTarget): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: target.host,
      port: target.port,
      ...(target.localAddress === undefined ? {} : { localAddress: target.localAddress }),
    });
    socket.setNoDelay(true);
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}

function answerOn(
  socket: Socket,
  hasNoBody: boolean,
): Promise<{ readonly answer: RawAnswer; readonly isLast: boolean }> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (isClosed: boolean) => {
      const answer = parsed(received, { hasNoBody, isClosed });
      if (answer === undefined && !isClosed) return;
      socket.off("data", take).off("close", closed).off("error", failed).off("timeout", late).setTimeout(0);
      if (answer === undefined) reject(new Error(`the connection ended within an answer of ${received.length} bytes`));
      else resolve({ answer, isLast: isClosed || answer.headers.get("connection")?.toLowerCase() === "close" });
    };
    const take = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      settle(false);
    };
    const closed = () => settle(true);
    const failed = () => settle(true);
    const late = () => socket.destroy();
    socket.on("data", take).on("close", closed).on("error", failed).on("timeout", late).setTimeout(patienceMs);
  });
}

/** `undefined`: there is more to come. */
function parsed(
  bytes: Buffer,
  { hasNoBody, isClosed }: { readonly hasNoBody: boolean; readonly isClosed: boolean },
): RawAnswer | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? 0);
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  if (hasNoBody || status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) };
  const body = bodyIn(rest, headers, isClosed);
  return body === undefined ? undefined : { status, headers, body };
}

function bodyIn(rest: Buffer, headers: ReadonlyMap<string, string>, isClosed: boolean): Buffer | undefined {
  if (headers.get("transfer-encoding")?.toLowerCase() === "chunked") return unchunked(rest);
  const length = headers.get("content-length");
  if (length === undefined) return isClosed ? rest : undefined;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined;
}

function unchunked(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (bytes.length < end + 2 + size + 2) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
