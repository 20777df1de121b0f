import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import type { Connection } from "./config.ts";

/** Watches never use up the pool of requests, and renewing a lease waits behind neither. */
export type Lane = "requests" | "watches" | "lease";

export type Dispatchers = Readonly<Record<Lane, Dispatcher>>;

const connectTimeoutMs = 10_000;

/**
 * One pool of kept-alive connections per lane, through the cluster's proxy where it has one. Nothing connects yet.
 * Loads undici on first use, so that commands without a cluster don't wait for it.
 */
export async function dispatchersOf(connection: Connection): Promise<Dispatchers> {
  const undici = await import("undici");
  return {
    requests: dispatcherOf(undici, connection, 32),
    watches: dispatcherOf(undici, connection, undefined),
    lease: dispatcherOf(undici, connection, 1),
  };
}

/** Changes when certificates, trust or proxy change, and with nothing else. */
export function fingerprintOf({ tls, proxy }: Connection): string {
  return createHash("sha256")
    .update(JSON.stringify([tls, proxy]))
    .digest("hex");
}

type Undici = typeof import("undici");

function dispatcherOf(
  { Agent, ProxyAgent, Socks5ProxyAgent }: Undici,
  { tls, proxy }: Connection,
  connections: number | undefined,
): Dispatcher {
  const pool = {
    ...(connections !== undefined && { connections }),
    // One watch per connection: no shared flow control, no GOAWAY. undici 8 would offer h2 otherwise.
    allowH2: false,
    keepAliveTimeout: 30_000,
  };
  const connect = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: connectTimeoutMs };
  switch (proxy.kind) {
    case "none":
      return new Agent({ ...pool, connect: { ...connect, ...tls } });
    case "http":
      return new ProxyAgent({ ...pool, uri: proxy.uri, requestTls: tls, connect });
    case "socks":
      return new Socks5ProxyAgent(proxy.uri, { ...pool, requestTls: tls });
  }
}
