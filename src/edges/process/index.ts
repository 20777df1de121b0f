// The process we run in.
export { collectAtRest } from "./collect-at-rest.ts";
