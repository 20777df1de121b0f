import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayMode } from "../../../src/core/model/index.ts";
import { Program } from "./program.ts";

/** What a data plane answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Counters {
  readonly reads: number;
  readonly writes: number;
  /** Kind → method → calls. */
  readonly byKind: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The gateway under test: the sandbox in a process of its own, or a real APISIX where one is named. */
export interface Gateway {
  readonly mode: GatewayMode;
  readonly adminUrl: string;
  readonly key: string;
  /** Sends a raw request to the data plane; the host goes into the Host header. */
  ask(method: string, url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  stop(): Promise<void>;
}

/** What only a stand-in can do. */
export interface StandIn extends Gateway {
  readonly proxyUrl: string;
  counters(): Promise<Counters>;
  resetCounters(): Promise<void>;
  /** The Admin calls that came in, the last 20,000, oldest first. */
  calls(): Promise<readonly { readonly method: string; readonly path: string; readonly status: number }[]>;
  /**
   * Ends the process (as asked or at once) and starts it on the same data: routes are loaded in the order of their ids. `flags`:
   * in place of those that it had.
   */
  restart(signal?: NodeJS.Signals, flags?: readonly string[]): Promise<void>;
  /** Freezes and thaws it. */
  signal(signal: NodeJS.Signals): void;
  readonly program: Program;
}

const { APISIX_ADMIN_URL: realAdmin, APISIX_ADMIN_KEY: realKey, APISIX_GATEWAY_URL: realProxy } = process.env;
export const hasRealApisix = realAdmin !== undefined && realKey !== undefined && realProxy !== undefined;

export function realApisix(): Gateway {
  return {
    mode: "etcd",
    adminUrl: realAdmin ?? "",
    key: realKey ?? "",
    ask: (method, url, headers) => ask(realProxy ?? "", method, url, headers),
    stop: async () => {},
  };
}

/** The sandbox; its addresses stay the same over restarts. In standalone mode it has nothing after one. */
export async function startStandIn(
  key: string,
  mode: GatewayMode = "etcd",
  ...firstFlags: readonly string[]
): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), "apisix-route-e2e-"));
  const start = (adminPort: string, port: string, flags: readonly string[]) => {
    const places = ["--admin-port", adminPort, "--port", port, "--key", key, "--mode", mode, ...flags];
    if (mode === "etcd") places.push("--data", folder);
    return new Program(["sandbox", ...places, "-o", "json", "--tied"]);
  };
  let flags = firstFlags;
  let program = start("0", "0", flags);
  const { adminUrl, proxyUrl } = (await program.line("adminUrl")) as { adminUrl: string; proxyUrl: string }; // the sandbox's own line
  const observe = async (path: string, method = "GET") =>
    (await fetch(`${adminUrl}/sandbox/${path}`, { method })).json();
  return {
    mode,
    adminUrl,
    proxyUrl,
    key,
    get program() {
      return program;
    },
    ask: (method, url, headers) => ask(proxyUrl, method, url, headers),
    counters: async () => (await observe("counters")) as Counters, // the sandbox's own shape
    calls: async () => (await observe("calls")) as Awaited<ReturnType<StandIn["calls"]>>, // the sandbox's own shape
    resetCounters: async () => {
      await observe("counters/reset", "POST");
    },
    restart: async (signal = "SIGTERM", next = flags) => {
      await program.end(signal);
      flags = next;
      program = start(portOf(adminUrl), portOf(proxyUrl), flags);
      await program.line("adminUrl");
    },
    signal: (signal) => program.signal(signal),
    stop: async () => {
      await program.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What every suite that asks for no more than a gateway runs on, row by row. */
export const modes: readonly { readonly mode: GatewayMode; readonly start: (key: string) => Promise<Gateway> }[] = [
  { mode: "etcd", start: async (key) => (hasRealApisix ? realApisix() : startStandIn(key)) },
  { mode: "standalone", start: (key) => startStandIn(key, "standalone") },
];

/** The same for suites that need what only a stand-in can do. */
export const standInModes: readonly {
  readonly mode: GatewayMode;
  readonly start: (key: string, ...flags: readonly string[]) => Promise<StandIn>;
}[] = [
  { mode: "etcd", start: (key, ...flags) => startStandIn(key, "etcd", ...flags) },
  { mode: "standalone", start: (key, ...flags) => startStandIn(key, "standalone", ...flags) },
];

function portOf(url: string): string {
  return new URL(url).port;
}

function ask(
  proxyUrl: string,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { host, pathname, search } = new URL(url);
  const target = new URL(proxyUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: target.hostname.replace(/^\[|\]$/g, ""),
        port: target.port,
        method,
        path: pathname + search,
        headers: { ...headers, host },
        agent: false,
      },
      (incoming) => {
        let body = "";
        incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
        incoming.once("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
        incoming.once("error", reject);
      },
    );
    outgoing.once("error", reject);
    outgoing.end();
  });
}
