import type { Conjunct, Leaf } from "../conjuncts.ts";
import { type Value, valuesFor } from "./values.ts";

/** Variables that a request sets freely, by their prefix; all others follow from the rest of the request. */
const settable = /^(?:arg_|http_|cookie_|post_arg_|post_arg\.)(.+)$/s;
/** Headers that say something of the request itself. */
const spokenFor = new Set(["http_host", "http_cookie", "http_content_type", "http_content_length", "http_connection"]);
const mostTries = 400;

export type Assignment = ReadonlyMap<string, Value>;

/**
 * Values for the variables that the conditions name, so that `holds` is true of every group of conditions that share
 * variables; `undefined` where none was found. Conditions on what a request can't set freely are left to whoever
 * checks the whole request.
 */
export function assignmentFor(
  conjuncts: readonly Conjunct[],
  holds: (conjuncts: readonly Conjunct[], assignment: Assignment) => boolean,
): Assignment | undefined {
  const all = new Map<string, Value>();
  for (const group of groupsOf(conjuncts)) {
    const found = solved(group, holds);
    if (found === undefined) return undefined;
    for (const [name, value] of found) all.set(name, value);
  }
  return all;
}

export function isSettable(name: string): boolean {
  return settable.test(name) && !spokenFor.has(name);
}

interface Group {
  readonly conjuncts: readonly Conjunct[];
  readonly leaves: readonly Leaf[];
}

/** Conditions that share no variable are independent. */
function groupsOf(conjuncts: readonly Conjunct[]): readonly Group[] {
  const groups: { names: Set<string>; conjuncts: Conjunct[] }[] = [];
  for (const conjunct of conjuncts) {
    const names = new Set(conjunct.leaves.map(({ name }) => name));
    if (![...names].every(isSettable)) continue;
    const touched = groups.filter((group) => !group.names.isDisjointFrom(names));
    const joined = {
      names: new Set([...names, ...touched.flatMap((group) => [...group.names])]),
      conjuncts: [...touched.flatMap((group) => group.conjuncts), conjunct],
    };
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups.map((group) => ({
    conjuncts: group.conjuncts,
    leaves: group.conjuncts.flatMap(({ leaves }) => leaves),
  }));
}

/** Tries combinations, the last variable turning fastest. */
function solved(
  { conjuncts, leaves }: Group,
  holds: (conjuncts: readonly Conjunct[], assignment: Assignment) => boolean,
): Assignment | undefined {
  const names = [...new Set(leaves.map(({ name }) => name))].sort();
  const choices = names.map((name) => valuesFor(leaves.filter((leaf) => leaf.name === name)));
  const combinations = choices.reduce((product, { length }) => product * length, 1);
  for (let number = 0; number < Math.min(combinations, mostTries); number++) {
    let rest = number;
    const assignment = new Map<string, Value>();
    for (const [index, name] of names.entries()) {
      const options = choices[index] ?? [];
      assignment.set(name, options[rest % options.length]);
      rest = Math.floor(rest / options.length);
    }
    if (holds(conjuncts, assignment)) return assignment;
  }
  return undefined;
}
