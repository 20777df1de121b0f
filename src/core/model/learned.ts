import type { AdminKind } from "./admin.ts";
import type { Json } from "./json.ts";

/**
 * What a gateway may have filled in, shaped like the schema it comes from: `values` for the field itself (more than one
 * where the branches of a schema differ), `fields` for what is inside an object, `rest` for fields that are not named
 * there, `items` for each element of a list.
 */
export interface FieldDefaults {
  readonly values?: readonly Json[];
  readonly fields?: ReadonlyMap<string, FieldDefaults>;
  readonly rest?: FieldDefaults;
  readonly items?: FieldDefaults;
}

/** A plugin reads other fields on a route than on a consumer, and others again as its metadata. */
export interface PluginDefaults {
  readonly config?: FieldDefaults;
  /** Absent where the plugin has one schema for all. */
  readonly consumer?: FieldDefaults;
  readonly metadata?: FieldDefaults;
}

/** Plugins of HTTP and of TCP and UDP are two lists. */
export const subsystems = ["http", "stream"] as const;
export type Subsystem = (typeof subsystems)[number];

/** Which of the two holds the plugins of a kind. */
export function subsystemOf(kind: AdminKind): Subsystem {
  return kind === "stream_routes" ? "stream" : "http";
}

/** The plugins of one subsystem; what the gateway could not tell is absent. */
export interface LearnedPlugins {
  /** Those that are enabled. */
  readonly names?: ReadonlySet<string>;
  /** What it stores beside what it was sent, by plugin: up to 3.13 the defaults of its schemas, from 3.14 on nothing. */
  readonly defaults?: ReadonlyMap<string, PluginDefaults>;
}

/** What a gateway has told about itself; what nobody asked for is absent. */
export interface Learned {
  /** `3.12.0`; where the gateway hides it, the newest version that its schemas allow. `undefined`: not even that. */
  readonly version: string | undefined;
  readonly isVersionHidden: boolean;
  readonly plugins: Readonly<Partial<Record<Subsystem, LearnedPlugins>>>;
  /** Like those of plugins, for the fields of the kind itself. */
  readonly kindDefaults: Readonly<Partial<Record<AdminKind, FieldDefaults>>>;
}

export const nothingLearned: Learned = { version: undefined, isVersionHidden: false, plugins: {}, kindDefaults: {} };

/** What must be known of a gateway to decide on some objects: of which kinds they are, and which plugins they name. */
export interface Lessons {
  readonly kinds: ReadonlySet<AdminKind>;
  readonly plugins: Readonly<Record<Subsystem, ReadonlySet<string>>>;
}
