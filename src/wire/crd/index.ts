// The custom resources, as files and the API server hold them: one file per kind, in zod.
// From these come the decoder into our own nouns and the CustomResourceDefinitions in /crds.
// A rule that needs two objects has no place here: it is a diagnostic.
export { decodeManifest, isInvalid, recognise, type DecodeOptions, type Recognised } from "./decode.ts";
export { customResourceDefinition, customResourceDefinitions } from "./definition.ts";
export { resourcePath } from "./resourcePath.ts";
export { statusProblems } from "./statusProblems.ts";
