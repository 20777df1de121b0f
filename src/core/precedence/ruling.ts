import type { RouterFlavor } from "../model/index.ts";
import { type Comparison, compareBy, type Criterion } from "./comparison.ts";
import { compareExtent, compareTaken, hostCriteria, matchCriteria, pathCriteria } from "./criteria.ts";
import { type Encounter, type Meeting, meetingOf } from "./meeting.ts";
import { compareAge, type Rival } from "./rival.ts";
import { standingDifference } from "./weight.ts";

/** Who of two contesting routes shall stand above, and why. */
export interface Ruling extends Comparison {
  readonly decidedBy: string;
  /** Nothing in the specs says so: the order on the gateway, age or name had to. */
  readonly isAmbiguous: boolean;
  /** Each beats the other somewhere, and one number can't say that. */
  readonly isContradictory: boolean;
}

/** `undefined` where the two do not contest. Sign 0 only between equal fixed numbers. */
export function rulingOf(a: Rival, b: Rival, flavor: RouterFlavor): Ruling | undefined {
  const meeting = meetingOf(a.match, b.match, flavor);
  return meeting === undefined ? undefined : rule(a, b, meeting);
}

function rule(a: Rival, b: Rival, meeting: Meeting): Ruling {
  const number = numberSign(a, b);
  if (number !== undefined) return plain(number, "explicit number");
  const outcomes = outcomesOf(a, b, meeting);
  const won = outcomes.find(({ sign }) => sign > 0);
  const lost = outcomes.find(({ sign }) => sign < 0);
  if (won !== undefined && lost !== undefined) return { ...overall(a, b, meeting), isContradictory: true };
  const specific = won ?? lost;
  // Equal in another place, where the one that loses here takes in less: it would be buried.
  const isTied = outcomes.some(({ sign }) => sign === 0);
  if (specific !== undefined && isTied && compareTaken(a, b).sign === -specific.sign) {
    return { ...overall(a, b, meeting), isContradictory: true };
  }
  return specific?.decidedBy === undefined ? settle(a, b) : plain(specific.sign, specific.decidedBy);
}

/** What numbers alone say: both fixed, or one of them and not zero. */
function numberSign(a: Rival, b: Rival): number | undefined {
  if (a.fixed !== undefined && b.fixed !== undefined) return Math.sign(a.fixed - b.fixed);
  if (a.fixed !== undefined && a.fixed !== 0) return Math.sign(a.fixed);
  return b.fixed !== undefined && b.fixed !== 0 ? -Math.sign(b.fixed) : undefined;
}

/** Who wins in each of the places where the two meet; sign 0 where they are equal in all. */
function outcomesOf(a: Rival, b: Rival, { hosts, paths }: Meeting): readonly Comparison[] {
  const decides = ({ sign }: Comparison) => sign !== 0;
  const byHost = hosts.map((hosts) => compareBy(hostCriteria, hosts.a, hosts.b));
  if (byHost.every(decides)) return byHost;
  const byPath = paths.map((paths) => compareBy(pathCriteria, paths.a, paths.b));
  const rest = byPath.every(decides) ? [] : [compareBy(matchCriteria, a.match, b.match)];
  return [...byHost.filter(decides), ...byPath.filter(decides), ...rest];
}

/** Beating each other: the better best host and path decides, then the rest. */
function overall(a: Rival, b: Rival, { hosts, paths }: Meeting): Ruling {
  const steps = [
    compareBest(hostCriteria, hosts),
    compareBest(pathCriteria, paths),
    compareBy(matchCriteria, a.match, b.match),
  ];
  const decided = steps.find(({ sign }) => sign !== 0);
  return decided?.decidedBy === undefined ? settle(a, b) : plain(decided.sign, decided.decidedBy);
}

function compareBest<Entry>(
  criteria: readonly Criterion<Entry>[],
  encounters: readonly Encounter<Entry>[],
): Comparison {
  const best = (entries: readonly Entry[]) => entries.reduce((a, b) => (compareBy(criteria, a, b).sign >= 0 ? a : b));
  return compareBy(criteria, best(encounters.map(({ a }) => a)), best(encounters.map(({ b }) => b)));
}

/** Equal wherever they meet. */
function settle(a: Rival, b: Rival): Ruling {
  const breadth = compareExtent(a, b);
  if (breadth.decidedBy !== undefined) return plain(breadth.sign, breadth.decidedBy);
  const tie = breakTie(a, b);
  return { sign: tie.sign, decidedBy: tie.decidedBy, isAmbiguous: true, isContradictory: false };
}

/** A newcomer never displaces an incumbent, nor does a rebuilt cluster: the standing order comes before age. */
function breakTie(a: Rival, b: Rival): { readonly sign: number; readonly decidedBy: string } {
  const standing = standingDifference(a, b);
  if (standing !== 0) return { sign: Math.sign(standing), decidedBy: "standing order" };
  const decidedBy = a.createdMs === b.createdMs ? "name" : "older";
  return { sign: compareAge(a, b) < 0 ? 1 : -1, decidedBy };
}

function plain(sign: number, decidedBy: string): Ruling {
  return { sign, decidedBy, isAmbiguous: false, isContradictory: false };
}
