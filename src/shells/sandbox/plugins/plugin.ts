import type { MutableObject } from "../schema/lua.ts";
import type { Exchange, Reply, ResponseHead } from "../proxy/exchange.ts";
import type { PluginSpec } from "./spec.ts";

/** A plugin that the sandbox runs. `config` has its defaults. */
export interface Plugin {
  readonly name: string;
  /** Higher ones run first. */
  readonly priority: number;
  readonly spec: PluginSpec;
  /** Gives a reply to end the request here. */
  readonly rewrite?: (config: MutableObject, exchange: Exchange) => Reply | undefined | Promise<Reply | undefined>;
  readonly access?: (config: MutableObject, exchange: Exchange) => Reply | undefined | Promise<Reply | undefined>;
  /** Changes the head of the answer; may ask to change the body too. */
  readonly respond?: (config: MutableObject, exchange: Exchange, head: ResponseHead) => BodyChange | undefined;
}

/** `replace` throws the body away; `transform` needs all of it. */
export type BodyChange =
  | { readonly kind: "replace"; readonly body: Buffer }
  | { readonly kind: "transform"; readonly limit: number; readonly apply: (body: Buffer) => Buffer };
