import type { FieldPath } from "./field-path.ts";

/** What a gateway finds wrong with an object, as far as its words tell. */
export interface Fault {
  /** `unknownPlugin`: it does not have the plugin at all. `schema`: everything that is no plugin's. */
  readonly about: "plugin" | "unknownPlugin" | "schema";
  /** Where, in the body of the object; absent where the words name no place. */
  readonly path?: FieldPath;
}
