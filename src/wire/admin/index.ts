// The Admin API's JSON: what its answers say, and what a PUT carries.
// Foreign objects may hold anything, so every field is looked at before it gets a type; an answer that is not what the
// Admin API gives is a list of problems, never a guess.
export { pathOf } from "./address.ts";
export { decodeAcknowledgement, decodeErrorText, isKeyNotFound } from "./answer.ts";
export { encodeBody } from "./encode.ts";
export { decodeFault } from "./fault.ts";
export { decodeList } from "./list.ts";
export { decodePluginNames, decodePlugins } from "./plugins.ts";
export { decodeDefaults } from "./schema.ts";
export { versionShownBy } from "./telltales.ts";
export { type DocumentPart, documentParts } from "./document-parts.ts";
export { decodeDocument, decodeFaults, encodeDocument, observedIn, pushTimeIn } from "./document.ts";
