import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP proxy before an Admin API that tells when the gateway has answered a write, before the client hears of it. */
export interface WriteHook {
  readonly url: string;
  /** Called with the number of the write, from 1. */
  onWrite: (count: number) => void;
  stop(): Promise<void>;
}

export async function startWriteHook(target: string): Promise<WriteHook> {
  const agent = new Agent({ keepAlive: true });
  let writes = 0;
  const hook = { onWrite: (_count: number) => {} };
  const server = createServer((incoming, outgoing) => {
    const forward = request(new URL(incoming.url ?? "/", target), {
      method: incoming.method ?? "GET",
      headers: incoming.headers,
      agent,
    });
    incoming.pipe(forward);
    forward.once("error", () => outgoing.destroy());
    forward.once("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.once("end", () => {
        if (incoming.method !== "GET" && incoming.method !== "HEAD") hook.onWrite((writes += 1));
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks));
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // a TCP listener has one
  return Object.assign(hook, {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}
