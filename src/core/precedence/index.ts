// From what routes match to the order they stand in, and from the order to the numbers that tell APISIX so.
// The only place where two routes are weighed against each other; criteria.ts says which of two wins.
// Never a second look at what a request matches: buckets and patterns come from the matcher.
export type { AddressRange, AddressSet } from "./addresses.ts";
export { contests } from "./contests.ts";
export type { Comparison, Criterion } from "./comparison.ts";
export { type Guard, guardsOverlap } from "./guard.ts";
export { type HostEntry, hostCovers, hostEntryOf, hostsOverlap } from "./hosts.ts";
export { type PathEntry, pathCovers, pathsOverlap } from "./paths.ts";
export { prioritize, type PrioritizeInput } from "./prioritize.ts";
export { type PriorityTable, priorityTable, type Settled } from "./table.ts";
export { type Match, matchMaker } from "./rival.ts";
export { type NumberedRoute, routeWriteOrder, type WriteOrderInput } from "./write-order.ts";
