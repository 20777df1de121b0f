import { type Server, type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A TCP proxy on loopback that misbehaves on demand. It forwards bytes, whatever they mean, so it stands before the API
 * server and before a gateway alike. Every fault acts on all connections that are open, and on those to come until `heal`.
 */
export interface FaultProxy {
  readonly port: number;
  /** `url` with this proxy's host and port in place of its own. */
  readonly through: (url: string) => string;
  /** Connections that clients have open now. */
  readonly open: () => number;
  /** Connections that clients have opened so far. */
  readonly opened: () => number;
  /** Resets every connection that is open now; new ones work. */
  readonly cut: () => void;
  /** Lets `bytes` more of the answers through (of each connection), then resets it. */
  readonly resetAfter: (bytes: number) => void;
  /** Lets `bytes` more of the answers through, then nothing, with the connection open. */
  readonly stallAfter: (bytes: number) => void;
  /** Holds every piece of an answer back for `ms`. */
  readonly delay: (ms: number) => void;
  /** Sends answers in pieces of `bytes`, each its own packet. */
  readonly drip: (bytes: number) => void;
  /** Resets every new connection at once, and those that are open. */
  readonly refuse: () => void;
  /** No faults from now on. What stalled goes on; what was reset is gone. */
  readonly heal: () => void;
  /** Stands before another target from now on; connections to the old one are reset. */
  readonly redirect: (target: string) => void;
  readonly stop: () => Promise<void>;
}

type Fault =
  | { readonly kind: "none" }
  | { readonly kind: "refuse" }
  | { readonly kind: "resetAfter" | "stallAfter"; readonly bytes: number }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "drip"; readonly bytes: number };

/** Starts a proxy before `target`, a URL or `host:port`. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let url = urlOf(target);
  const pipes = new Set<Pipe>();
  let fault: Fault = { kind: "none" };
  let opened = 0;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    opened++;
    if (fault.kind === "refuse") return void client.on("error", () => {}).resetAndDestroy();
    const pipe = new Pipe(client, connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true }));
    pipe.suffer(fault);
    pipes.add(pipe);
    client.once("close", () => pipes.delete(pipe));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const port = portOf(server);

  const inflict = (next: Fault) => {
    fault = next;
    for (const pipe of pipes) pipe.suffer(next);
  };
  const cut = () => {
    for (const pipe of pipes) pipe.reset();
  };
  return {
    port,
    through: (original) => {
      const changed = new URL(original);
      changed.host = `127.0.0.1:${port}`;
      return changed.href.replace(/\/$/, "");
    },
    open: () => pipes.size,
    opened: () => opened,
    cut,
    resetAfter: (bytes) => inflict({ kind: "resetAfter", bytes }),
    stallAfter: (bytes) => inflict({ kind: "stallAfter", bytes }),
    delay: (ms) => inflict({ kind: "delay", ms }),
    drip: (bytes) => inflict({ kind: "drip", bytes }),
    refuse: () => {
      inflict({ kind: "refuse" });
      cut();
    },
    heal: () => inflict({ kind: "none" }),
    redirect: (next) => {
      url = urlOf(next);
      cut();
    },
    stop: async () => {
      const closed = new Promise<void>((done) => void server.close(() => done()));
      cut();
      await closed;
    },
  };
}

function urlOf(target: string): URL {
  return new URL(target.includes("://") ? target : `tcp://${target}`);
}

/** The port of a server that listens on TCP. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("this server does not listen on TCP");
  return address.port;
}

/** One client's connection and the one behind it. */
class Pipe {
  readonly #client: Socket;
  readonly #server: Socket;
  #fault: Fault = { kind: "none" };
  /** What `resetAfter` and `stallAfter` still let through. */
  #left = Number.POSITIVE_INFINITY;
  /** Settles when everything that came from the server has gone on to the client. */
  #delivered: Promise<void> = Promise.resolve();
  #goOn = (): void => {};

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
    client.on("data", (chunk) => server.write(chunk));
    client.on("end", () => server.end());
    client.on("error", () => this.reset());
    client.on("close", () => this.reset());
    server.on("data", (chunk: Buffer) => {
      server.pause();
      this.#next(() => this.#deliver(chunk));
    });
    server.on("end", () => this.#next(async () => void client.end()));
    server.on("error", () => this.#next(async () => this.reset()));
  }

  suffer(fault: Fault): void {
    this.#fault = fault;
    this.#left = fault.kind === "resetAfter" || fault.kind === "stallAfter" ? fault.bytes : Number.POSITIVE_INFINITY;
    if (this.#left > 0) this.#goOn();
  }

  reset(): void {
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    if (!this.#server.destroyed) this.#server.destroy();
    this.#goOn();
  }

  #next(act: () => Promise<void>): void {
    this.#delivered = this.#delivered.then(act).catch(() => this.reset());
  }

  async #deliver(chunk: Buffer): Promise<void> {
    if (this.#fault.kind === "delay") await sleep(this.#fault.ms);
    for (let rest = chunk; rest.length > 0 && !this.#client.destroyed;) {
      const piece = rest.subarray(
        0,
        Math.min(this.#left, this.#fault.kind === "drip" ? this.#fault.bytes : rest.length),
      );
      if (piece.length > 0) await this.#write(piece);
      this.#left -= piece.length;
      rest = rest.subarray(piece.length);
      if (this.#left > 0) continue;
      if (this.#fault.kind === "resetAfter") this.reset();
      else if (rest.length > 0) await new Promise<void>((done) => (this.#goOn = done));
    }
    this.#server.resume();
  }

  #write(piece: Buffer): Promise<void> {
    return new Promise((done, failed) =>
      this.#client.write(piece, (error) => (error == null ? done() : failed(error))),
    );
  }
}
