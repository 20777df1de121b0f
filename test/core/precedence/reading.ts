import type { Json } from "../../../src/core/model/index.ts";
import type { MatcherDraft } from "./matcher-tables.ts";

/** What decides between two routes, and who: above 0 for the first. */
export interface Reading {
  readonly rule: "numbers" | "specificity" | "rest";
  readonly sign: number;
}

/** One route where a request finds it: the host and the path of the route that fit the request best. */
export interface Stand {
  readonly draft: MatcherDraft;
  readonly host: string | undefined;
  readonly uri: string;
  /** The number it stands with on the gateway, with this very match. */
  readonly standing: number | undefined;
}

/**
 * Rules 1 to 4 for two routes that contest, read word by word and apart from the code under test. Of rule 4 what is left
 * for routes with one host and one path each. Sign 0: equal explicit numbers.
 */
export function readingOf(a: Stand, b: Stand): Reading {
  const [mine, theirs] = [writtenOn(a.draft), writtenOn(b.draft)];
  if (mine !== undefined && theirs !== undefined) return { rule: "numbers", sign: Math.sign(mine - theirs) };
  if (mine !== undefined && mine !== 0) return { rule: "numbers", sign: Math.sign(mine) };
  if (theirs !== undefined && theirs !== 0) return { rule: "numbers", sign: -Math.sign(theirs) };
  const specificity = compareSpecificity(a, b);
  return specificity === 0 ? { rule: "rest", sign: rest(a, b) } : { rule: "specificity", sign: specificity };
}

/** A foreign route's number counts as explicit; none is 0. */
export function writtenOn({ explicit, foreign }: MatcherDraft): number | undefined {
  return explicit ?? (foreign === true ? 0 : undefined);
}

/** Rule 3 where a request finds both; 0 where nothing in there tells them apart. */
function compareSpecificity(a: Stand, b: Stand): number {
  return firstDifference([...hostRanks(a.host), ...demands(a)], [...hostRanks(b.host), ...demands(b)]);
}

/** Above 0 where the first of two hosts that fit a request fits it better. */
export function compareHosts(a: string | undefined, b: string | undefined): number {
  return firstDifference(hostRanks(a), hostRanks(b));
}

/** The same of two paths of one bucket. */
export function comparePaths(a: string, b: string): number {
  return firstDifference(pathRanks(a), pathRanks(b));
}

function hostRanks(host: string | undefined): readonly number[] {
  if (host === undefined) return [0, 0];
  if (host.startsWith("*")) return [1, host.length];
  return [host.includes(":") ? 3 : 2, 0];
}

function pathRanks(uri: string): readonly number[] {
  const literal = uri.replaceAll(/:\w+|\*/g, "");
  return [uri.includes("*") ? 0 : 1, literal.length];
}

function demands({ draft, uri }: Stand): readonly number[] {
  const { methods, vars = [], remote_addrs, filter_func } = draft;
  const names = [...new Set(vars.map((condition) => part(condition, 0)))];
  const headers = names.filter((name) => name.startsWith("http_"));
  const parameters = names.filter((name) => name.startsWith("arg_"));
  return [
    ...pathRanks(uri),
    methods === undefined ? -Infinity : -methods.length,
    headers.length,
    parameters.length,
    names.length - headers.length - parameters.length,
    vars.filter((condition) => part(condition, 1) === "==").length,
    vars.length,
    -(remote_addrs ?? ["::/0"]).map(addressesIn).reduce((sum, count) => sum + count, 0),
    filter_func === undefined ? 0 : 1,
  ];
}

function part(condition: Json, at: number): string {
  return Array.isArray(condition) ? String(condition[at]) : "";
}

function addressesIn(written: string): number {
  if (written.includes(":")) return Infinity;
  return 2 ** (32 - Number(written.split("/")[1] ?? 32));
}

/** Rule 4: own hosts, the standing order, age, name. */
function rest(a: Stand, b: Stand): number {
  const owns = ({ draft }: Stand) => (draft.from === "Service" ? 0 : 1);
  const born = ({ draft }: Stand) => draft.born ?? Infinity;
  const namespace = ({ draft }: Stand) => (draft.foreign === true ? "" : "ns");
  const sign = firstDifference(
    [owns(a), a.standing ?? -Infinity, -born(a)],
    [owns(b), b.standing ?? -Infinity, -born(b)],
  );
  if (sign !== 0) return sign;
  return `${namespace(a)}/${a.draft.id}` < `${namespace(b)}/${b.draft.id}` ? 1 : -1;
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, place) => value !== b[place]);
  return at < 0 ? 0 : (a[at] ?? 0) > (b[at] ?? 0) ? 1 : -1;
}
