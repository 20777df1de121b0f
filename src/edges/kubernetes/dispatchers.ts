import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import type { Connection } from "./config.ts";

/** Watches never use up the pool of requests, and renewing a lease waits behind neither. */
export type Lane = "requests" | "watches" | "lease";

export type Dispatchers = Readonly<Record<Lane, Dispatcher>>;

const connectTimeoutMs = 10_000;

interface Pool {
  readonly connections?: number;
  /** How long a connection is kept that nobody uses. */
  readonly keptMs: number;
}

/**
 * As many requests at once as statuses are written side by side. A burst over, their connections go before the process counts as
 * resting (collectAtRest): each TLS connection is 50 KB, and closing them is work of its own.
 */
const pools: Readonly<Record<Lane, Pool>> = {
  requests: { connections: 16, keptMs: 4_000 },
  watches: { keptMs: 30_000 },
  lease: { connections: 1, keptMs: 30_000 },
};

/**
 * One pool of kept-alive connections per lane, through the cluster's proxy where it has one. Nothing connects yet.
 * Loads undici on first use, so that commands without a cluster don't wait for it.
 */
export async function dispatchersOf(connection: Connection): Promise<Dispatchers> {
  const undici = await import("undici");
  return {
    requests: dispatcherOf(undici, connection, pools.requests),
    watches: dispatcherOf(undici, connection, pools.watches),
    lease: dispatcherOf(undici, connection, pools.lease),
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
  { connections, keptMs }: Pool,
): Dispatcher {
  const pool = {
    ...(connections !== undefined && { connections }),
    // One watch per connection: no shared flow control, no GOAWAY. undici 8 would offer h2 otherwise.
    allowH2: false,
    keepAliveTimeout: keptMs,
    // Whatever a proxy in between would keep.
    keepAliveMaxTimeout: keptMs,
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
