import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { IncomingMessage } from "node:http";
import { errorPage } from "../admin/send.ts";
import type { BodyChange } from "../plugins/plugin.ts";
import { changeResponse, type Engaged } from "../plugins/run.ts";
import type { Exchange, Reply, ResponseHead } from "./exchange.ts";
import { HeaderList, removeHopByHop } from "./headers.ts";

/** Which route answered, for people and tests; a real gateway says nothing of the kind. */
export const routeHeader = "X-Sandbox-Route";

export interface AnswerContext {
  readonly exchange: Exchange;
  /** Whose say the answer is subject to, in order. */
  readonly engaged: readonly Engaged[];
  readonly routeId: string | undefined;
}

/** Sends an answer that no upstream gave. */
export async function sendReply(reply: Reply, context: AnswerContext): Promise<void> {
  const { body, contentType } = replyBody(reply);
  const headers = new HeaderList(reply.headers?.flat());
  if (headers.get("Content-Type") === undefined) headers.set("Content-Type", contentType);
  headers.set("Content-Length", String(body.length));
  const head = { status: reply.status, headers };
  const changed = applyChanges(body, openHead(head, context));
  if (headers.get("Content-Length") === undefined) headers.set("Content-Length", String(changed.length));
  writeHead(context.exchange.response, head);
  context.exchange.response.end(changed);
}

function replyBody({ status, body }: Reply): { readonly body: Buffer; readonly contentType: string } {
  const text = "text/plain; charset=utf-8";
  if (typeof body === "string") return { body: Buffer.from(body, "latin1"), contentType: text };
  if (body !== undefined) return { body: Buffer.from(`${JSON.stringify(body)}\n`), contentType: text };
  // nginx has pages for errors and redirects, and nothing to say otherwise.
  const page = status >= 300 && status < 600 && status !== 304 ? errorPage(status) : "";
  return { body: Buffer.from(page), contentType: page === "" ? text : "text/html; charset=utf-8" };
}

/**
 * Hands on what an upstream answers, as it comes. Cuts the client off where the upstream breaks off, so that a part is
 * not taken for the whole.
 */
export async function relay(answer: IncomingMessage, context: AnswerContext): Promise<void> {
  const { response } = context.exchange;
  const headers = new HeaderList(answer.rawHeaders);
  removeHopByHop(headers);
  const head = { status: answer.statusCode ?? 502, headers };
  if (head.status >= 500) headers.set("X-APISIX-Upstream-Status", String(head.status));
  const changes = openHead(head, context);
  try {
    if (changes.length > 0) await relayChanged(answer, head, changes, response);
    else {
      writeHead(response, head, answer.statusMessage);
      await pipeline(answer, response);
    }
  } catch {
    answer.destroy();
    response.destroy();
  }
}

async function relayChanged(
  answer: IncomingMessage,
  head: ResponseHead,
  changes: readonly BodyChange[],
  response: ServerResponse,
): Promise<void> {
  const needed = changes[0]?.kind === "transform" ? changes[0].limit : 0;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    // Beyond the limit the rest is lost, as in APISIX; a body that is replaced is read and thrown away.
    if (size < needed) chunks.push(chunk);
    size += chunk.length;
  }
  const body = applyChanges(Buffer.concat(chunks).subarray(0, needed), changes);
  writeHead(response, head);
  response.end(body);
}

function openHead(head: ResponseHead, { exchange, engaged, routeId }: AnswerContext): readonly BodyChange[] {
  head.headers.set("Server", `APISIX/${exchange.version}`);
  const changes = changeResponse(engaged, exchange, head);
  if (routeId !== undefined) head.headers.set(routeHeader, routeId);
  return changes;
}

function applyChanges(body: Buffer, changes: readonly BodyChange[]): Buffer {
  return changes.reduce((bytes, change) => (change.kind === "replace" ? change.body : change.apply(bytes)), body);
}

export function writeHead(response: ServerResponse, { status, headers }: ResponseHead, message?: string): void {
  if (message === undefined || message === "") response.writeHead(status, headers.flat());
  else response.writeHead(status, message, headers.flat());
}
