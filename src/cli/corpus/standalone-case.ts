import type { AdminExchange } from "./admin-case.ts";

/** One case of `standalone.json`, on a gateway that was just started. Format: test/corpus/README.md. */
export interface StandaloneCase {
  readonly name: string;
  readonly exchanges: readonly (AdminExchange | AskExchange)[];
}

/** A request to the gateway itself. */
export interface AskExchange {
  readonly ask: { readonly method: string; readonly host: string; readonly uri: string };
  readonly status: number;
  /** The body that the route gave; `null`: there was no route; absent: any other error. */
  readonly answer?: string | null;
}

export function isAsk(exchange: AdminExchange | AskExchange): exchange is AskExchange {
  return "ask" in exchange;
}
