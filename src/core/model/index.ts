// The nouns that cross a wall, as readonly data, with their constructors and comparators.
// Every room may import this one; it imports nothing but a hash.
// A decision, a schema or a Kubernetes type has no place here.
export * from "./admin.ts";
export * from "./claim.ts";
export * from "./compare-text.ts";
export * from "./desired.ts";
export * from "./diagnostic.ts";
export * from "./document.ts";
export * from "./fault.ts";
export * from "./field-path.ts";
export * from "./ids.ts";
export * from "./json.ts";
export * from "./learned.ts";
export * from "./made-from.ts";
export * from "./names.ts";
export * from "./nearest.ts";
export * from "./observed.ts";
export * from "./plan.ts";
export * from "./plugin-names.ts";
export * from "./priority.ts";
export * from "./resolved.ts";
export * from "./paused.ts";
export * from "./resources.ts";
export * from "./secret.ts";
export * from "./shelves.ts";
export * from "./snapshot.ts";
export * from "./sources.ts";
export * from "./version.ts";
