import type { IncomingMessage, ServerResponse } from "node:http";
import type { Json } from "../../../core/model/index.ts";
import type { HeaderList } from "./headers.ts";

/** What a plugin, or the gateway itself, answers in place of an upstream. */
export interface Reply {
  readonly status: number;
  /** JSON is sent as such, a text as its bytes; absent: nginx's own page for errors, nothing else. */
  readonly body?: Json;
  readonly headers?: HeaderList;
}

/** The head of an answer on its way to the client; plugins change it. */
export interface ResponseHead {
  status: number;
  readonly headers: HeaderList;
}

/** How the request goes on to the upstream; plugins change it. */
export interface Onward {
  method: string;
  /** Path and query, as they go on the wire. */
  target: string;
  /** In place of the Host header that the client sent. */
  host: string | undefined;
  readonly headers: HeaderList;
}

/** One request through the proxy. All texts are byte strings, as node gives them. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly onward: Onward;
  /** What APISIX's variable of that name holds: `uri`, `arg_x`, `http_x`, `route_id`, … */
  readonly variable: (name: string) => string | undefined;
  /** Whether conditions hold for the request; one that cannot be decided does not. */
  readonly holds: (expression: readonly Json[]) => boolean;
  readonly version: string;
}
