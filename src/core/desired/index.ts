// From resources to what the gateway should hold: which gateway an object belongs to, what its references name,
// what a service hands to its routes, and the Admin object each resource becomes (one file per kind).
// Knows nothing of what the gateway holds now; no object is dropped in silence.
export { attach, type Attachments, type Unattached } from "./attach.ts";
export { expiringCertificates } from "./certificate-check.ts";
export { makeSettler, type Settled, settleClaims } from "./claims.ts";
export { instanceOf, isLive, olderTwinOf } from "./gateway.ts";
export { lessonsOf } from "./lessons.ts";
export { withoutPaused } from "./paused.ts";
export { type Reference, referencesIn, withoutReference } from "./references-in.ts";
export { makeResolver, resolve } from "./resolve.ts";
export { type Source, sourcesIn } from "./sources-in.ts";
export { makeSuiter, suitedTo } from "./suited.ts";
export { makeTranslator, translate } from "./translate.ts";
