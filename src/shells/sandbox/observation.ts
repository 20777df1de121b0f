import type { HttpHandler } from "../../edges/http/index.ts";
import type { Ledger } from "./admin/ledger.ts";

/**
 * What tests in other processes ask, beside the Admin API and without a key: `GET /sandbox/counters`,
 * `GET /sandbox/calls` (the last Admin calls), `POST /sandbox/counters/reset`.
 */
export function observation(ledger: Ledger): HttpHandler {
  return (request, response) => {
    const answer = answerTo(`${request.method ?? ""} ${request.url ?? ""}`, ledger);
    if (answer === undefined) response.writeHead(404, { "Content-Length": 0 }).end();
    else response.writeHead(200, { "Content-Type": "application/json" }).end(`${JSON.stringify(answer)}\n`);
  };
}

function answerTo(what: string, ledger: Ledger): object | undefined {
  switch (what) {
    case "GET /sandbox/counters":
      return ledger.counters();
    case "GET /sandbox/calls":
      return ledger.calls();
    case "POST /sandbox/counters/reset":
      ledger.reset();
      return {};
    default:
      return undefined;
  }
}
