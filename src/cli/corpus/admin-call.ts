import { Agent, request as sendRequest } from "node:http";
import type { AdminAnswer } from "./admin-case.ts";

/** A way into the Admin API of a gateway. */
export interface AdminDoor {
  /** `http://127.0.0.1:9180` */
  readonly url: string;
  readonly key: string;
  /** Waits until what was written has reached the part of the gateway that answers next. */
  readonly settle: () => Promise<void>;
  readonly agent: Agent;
}

/** A gateway behind an address. `settleMs`: how long a write may take to be seen everywhere; 0 for a sandbox. */
export function doorOf(url: string, key: string, settleMs: number): AdminDoor {
  const settle = () =>
    settleMs === 0 ? Promise.resolve() : new Promise<void>((resolve) => setTimeout(resolve, settleMs));
  return { url: url.replace(/\/+$/, ""), key, settle, agent: new Agent({ keepAlive: true, maxSockets: 4 }) };
}

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** One call, any method, any bytes. Throws what the connection throws, and after 30 seconds. */
export function adminCall(
  door: AdminDoor,
  { method, path, key, headers = {}, body }: AdminRequest,
): Promise<AdminAnswer> {
  const { hostname, port } = new URL(door.url);
  return new Promise((resolve, reject) => {
    const sent = sendRequest({
      host: hostname,
      port,
      method,
      path,
      agent: door.agent,
      timeout: 30_000,
      headers: {
        ...headers,
        ...(key === undefined ? {} : { "X-API-KEY": key }),
        ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
      },
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer within 30 s`)));
    sent.on("error", reject);
    sent.end(body);
  });
}
