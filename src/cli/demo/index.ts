// The demo: a folder of manifests played on an embedded gateway, as written and with the operator beside it.
// Knows orders, scenes and answers; who contests is the matcher's word, what is written the operator's.
// Nothing about any story is known here: the folder holds it all.
export { type DemoOptions, runDemo } from "./demo.ts";
