import type { Schema } from "../schema/check.ts";
import type { MutableObject } from "../schema/lua.ts";

/** On a consumer or credential a plugin reads other fields than on a route. */
export type PluginRole = "route" | "consumer";

/** What the Admin API knows of a plugin. */
export interface PluginSpec {
  readonly schema: Schema;
  readonly consumerSchema?: Schema;
  readonly metadataSchema?: Schema;
  /** What the schema cannot say; the configuration has its defaults by then. Gives what is wrong. */
  readonly check?: (config: MutableObject, role: PluginRole) => string | undefined;
}
