import type { AdminRoute, RouterFlavor } from "../model/index.ts";
import { doContest } from "./meeting.ts";
import { matchMaker } from "./rival.ts";

/**
 * Whether some request satisfies both routes and finds both in one bucket. Hosts must be the effective ones, written
 * out. Conservative: what can't be ruled out counts as a contest.
 */
export function contests(a: AdminRoute, b: AdminRoute, flavor: RouterFlavor): boolean {
  const matchOf = matchMaker(flavor);
  return doContest(matchOf(a), matchOf(b), flavor);
}
