// What has changed between two versions of a list, by the identity of its items, and what can be kept because of it.
// Knows nothing of what the items are.
export { absorb, type Changes, changesBetween, union } from "./between.ts";
export { Groups, type Touched } from "./groups.ts";
export { eachOnce, mapped, presentIn } from "./mapped.ts";
export { finderIn, firstPlace, patched, sortedOnce } from "./sorted.ts";
