import type { Mutable, MutableObject } from "../schema/lua.ts";
import type { EnabledPlugins } from "../schema/plugin-names.ts";
import type { ObjectStore } from "../store/objects.ts";

/** What a check may look at beside the object itself. */
export interface CheckContext {
  readonly store: ObjectStore;
  /** Of the APISIX that this is, `x.y.z`. */
  readonly version: string;
  readonly plugins: EnabledPlugins;
  /** The id in the path or body; for consumers the username in the path. */
  readonly id: Mutable | undefined;
  /** `vault`, `aws`, `gcp`: the kind of a secret provider. */
  readonly manager?: string | undefined;
  /** Whose credential it is. */
  readonly consumer?: string | undefined;
  /** A configuration that is only looked at may name what does not exist. */
  readonly skipReferences?: boolean;
}

/** Gives the `error_msg`, `undefined` when all is well. The body has its defaults once the schema was checked. */
export type BodyCheck = (body: MutableObject, context: CheckContext) => string | undefined;
