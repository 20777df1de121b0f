import { eachResolved } from "../watch.ts";

/** References that could not be followed, as the resolver found them. */
export const referenceNotFound = eachResolved(({ problems }) => problems);
