// Manifests on disk and on standard input, read as kubectl reads them and with the place of every field.
// What is not ours is passed over in silence; what is ours and broken is an error with file and line.
// Nothing is remembered between two loads; the watcher only says when it is time for another.
export type { LoadError, SourceDocument } from "./documents.ts";
export { loadDocuments, loadManifests, type LoadedManifest, type LoadedManifests, type LoadOptions } from "./load.ts";
export { formatLocation, type Location, type SourceMap } from "./sourceMap.ts";
export { watchFiles, type Watcher, type WatchOptions } from "./watch.ts";
export { yamlTextOf, yamlValueOf } from "./yaml-text.ts";
