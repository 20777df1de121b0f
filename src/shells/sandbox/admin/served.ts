import type { IncomingMessage, ServerResponse } from "node:http";
import { Breakdown, type Answer } from "./answer.ts";
import type { Ledger } from "./ledger.ts";
import { send } from "./send.ts";
import { targetOf, type Target } from "./target.ts";

export type AdminHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers each request by a function of it, as nginx would send it, and notes it in the ledger. */
export function served(
  answerOf: (request: IncomingMessage, target: Target) => Promise<Answer>,
  { ledger, server }: { readonly ledger: Ledger; readonly server: string },
): AdminHandler {
  return async (request, response) => {
    const target = targetOf(request.url ?? "/");
    const answer = target === undefined ? badTarget : await answerOf(request, target).catch(pageFor);
    const status = send(request, response, answer, server);
    ledger.note({ method: request.method ?? "GET", path: target?.path ?? "/", status, at: Date.now() });
  };
}

const badTarget: Answer = { status: 400, page: true };

function pageFor(error: unknown): Answer {
  if (error instanceof Breakdown) return { status: 500, page: true };
  throw error;
}
