import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import type { AdminCase } from "../../../src/cli/corpus/admin-case.ts";
import { isJsonObject } from "../../../src/core/model/index.ts";
import { ask, put, sandboxFor } from "./support.ts";

/** A certificate and its key, made for the corpus. */
function recordedPair(): { readonly cert: string; readonly key: string } {
  const cases: readonly AdminCase[] = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../corpus/admin-api.json"), "utf8"),
  );
  for (const { body } of cases.flatMap(({ exchanges }) => exchanges)) {
    if (
      isJsonObject(body) &&
      typeof body["cert"] === "string" &&
      typeof body["key"] === "string" &&
      body["type"] === "client"
    ) {
      return { cert: body["cert"], key: body["key"] };
    }
  }
  throw new Error("no pair in the corpus");
}

/** A TLS server that tells which name was asked for and whose certificate it was shown. */
async function tlsUpstream() {
  const server = createServer(
    { ...recordedPair(), requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket; // an https server's socket is one
      const peer = socket.getPeerCertificate().subject?.CN ?? "none";
      response.end(JSON.stringify({ sni: socket.servername, peer, host: request.headers.host }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

test("an upstream over TLS: the host is the name asked for, its certificate is not looked at", async () => {
  const node = await tlsUpstream();
  const sandbox = await sandboxFor();
  await put(sandbox, { "/routes/r": { uri: "/*", upstream: { scheme: "https", nodes: { [node]: 1 } } } });
  const answers = [
    await ask(sandbox, { host: "one.example.com" }),
    await ask(sandbox, { host: "two.example.com:8443" }),
  ];
  expect(answers.map(({ text }) => JSON.parse(text))).toEqual([
    { sni: "one.example.com", peer: "none", host: "one.example.com" },
    { sni: "two.example.com", peer: "none", host: "two.example.com:8443" },
  ]);
});

test.each([
  [
    "written in the upstream",
    (pair: ReturnType<typeof recordedPair>) => ({ client_cert: pair.cert, client_key: pair.key }),
  ],
  ["named by its id", () => ({ client_cert_id: "mine" })],
])("a client certificate %s is shown", async (_name, tls) => {
  const node = await tlsUpstream();
  const pair = recordedPair();
  const sandbox = await sandboxFor();
  await put(sandbox, {
    "/ssls/mine": { ...pair, type: "client" },
    "/routes/r": { uri: "/*", upstream: { scheme: "https", nodes: { [node]: 1 }, tls: tls(pair) } },
  });
  expect(JSON.parse((await ask(sandbox, {})).text)).toMatchObject({ peer: "corpus.test" });
});
