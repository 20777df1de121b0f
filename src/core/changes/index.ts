// What has changed between two versions of a list, by the identity of its items: what is the same object is the same.
// Knows nothing of what the items are.
export { type Changes, changesBetween } from "./between.ts";
