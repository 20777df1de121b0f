import {
  createServer,
  type IncomingMessage,
  request as sendRequest,
  type RequestListener,
  type Server,
} from "node:http";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/shells/sandbox/index.ts";

/** A sandbox that ends with the test. */
export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ onError: (error) => console.error(error), ...options });
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

export interface Upstream {
  readonly port: number;
  /** As `nodes` of an upstream. */
  readonly nodes: Readonly<Record<string, number>>;
  readonly server: Server;
}

/** A small server that ends with the test. */
export async function upstreamFor(listener: RequestListener): Promise<Upstream> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return { port, nodes: { [`127.0.0.1:${port}`]: 1 }, server };
}

/** One that tells what it was asked. */
export function mirrorFor(): Promise<Upstream> {
  return upstreamFor((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, rawHeaders } = request;
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(chunks).toString("utf8") }));
    });
  });
}

/** A port that nobody listens on. */
export async function deadPort(): Promise<number> {
  const { port, server } = await upstreamFor(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface AdminReply {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

/** One call of the Admin API; the path is below `/apisix/admin`. */
export async function admin(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<AdminReply> {
  const response = await fetch(`${sandbox.adminUrl}/apisix/admin${path}`, {
    method,
    headers: { "X-API-KEY": sandbox.adminKey },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : parsed(text), text, headers: response.headers };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Objects by their path below `/apisix/admin`; every one must be taken. */
export async function put(sandbox: Sandbox, objects: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [path, body] of Object.entries(objects)) {
    const { status, body: answer } = await admin(sandbox, "PUT", path, body);
    if (status >= 300) throw new Error(`PUT ${path}: ${status} ${JSON.stringify(answer)}`);
  }
}

export interface Reply {
  readonly status: number;
  readonly message: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly text: string;
}

export interface Ask {
  readonly path?: string;
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** One request to the data plane, over a connection of its own. */
export function ask(
  sandbox: Sandbox,
  { path = "/", host = "a.com", method = "GET", headers = {}, body }: Ask,
): Promise<Reply> {
  const { hostname, port } = new URL(sandbox.proxyUrl);
  return new Promise((resolve, reject) => {
    const flat = Object.entries(headers).flatMap(([name, value]) =>
      (typeof value === "string" ? [value] : value).flatMap((one) => [name, one]),
    );
    const length = body === undefined ? [] : ["Content-Length", String(Buffer.byteLength(body))];
    const sent = sendRequest({
      host: hostname,
      port,
      path,
      method,
      agent: false,
      headers: ["Host", host, ...flat, ...length],
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          message: response.statusMessage,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    sent.end(body);
  });
}

export interface Mirrored {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** What the mirror was asked. */
export async function mirrored(sandbox: Sandbox, what: Ask): Promise<Mirrored> {
  const { status, text } = await ask(sandbox, what);
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  const seen: Mirrored = JSON.parse(text);
  return seen;
}

/** All values of a header that the mirror saw. */
export function headerIn({ rawHeaders }: Pick<Mirrored, "rawHeaders">, name: string): readonly string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name.toLowerCase(),
  );
}

/** A bare connection to the data plane; what comes is collected. */
export async function lineTo(sandbox: Sandbox): Promise<{ readonly socket: Socket; readonly received: () => string }> {
  const { hostname, port } = new URL(sandbox.proxyUrl);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  return { socket, received: () => text };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
