import { firstPlace, Groups } from "../changes/index.ts";
import { compareText } from "../model/index.ts";
import { type Conjunct, isList } from "./conjuncts.ts";
import { singleLeafOf } from "./cover.ts";
import type { Entrant } from "./entrant.ts";

/** Routes in one bucket under one list of hosts. A few are a list, the widest first; more are kept by their conditions. */
export type Cell = readonly Entrant[] | Crowd;

/** How many routes are looked at per question. Where the answer would need more, rules stay silent. */
export const most = 32;

export function withEntrant(cell: Cell | undefined, entrant: Entrant): Cell {
  if (cell === undefined) return [entrant];
  if (cell instanceof Crowd) return cell.put(entrant);
  if (cell.length === most) return new Crowd([...cell, entrant]);
  return cell.toSpliced(placeOf(cell, entrant), 0, entrant);
}

/** `undefined`: nobody is left. */
export function withoutEntrant(cell: Cell | undefined, entrant: Entrant): Cell | undefined {
  if (cell === undefined) return undefined;
  if (cell instanceof Crowd) {
    const left = cell.remove(entrant);
    return left.size > most ? left : [...left.entrants()].sort(widestFirst);
  }
  const left = cell.filter((other) => other !== entrant);
  return left.length === 0 ? undefined : left;
}

export function entrantsIn(cell: Cell): Iterable<Entrant> {
  return cell instanceof Crowd ? cell.entrants() : cell;
}

/** Those that could hide a route with these conditions, the widest first. */
export function candidatesIn(cell: Cell | undefined, conjuncts: readonly Conjunct[]): readonly Entrant[] {
  if (cell === undefined) return [];
  return cell instanceof Crowd ? cell.candidates(conjuncts) : cell;
}

/** Many routes, by what a request must bring. */
class Crowd {
  readonly #byKey = new Groups<string, Entrant>(({ conjuncts }) => keysOf(conjuncts), widestFirst);
  readonly #entrants: Set<Entrant>;
  /** What came and went since somebody asked. */
  readonly #come = new Set<Entrant>();
  readonly #gone = new Set<Entrant>();

  constructor(entrants: readonly Entrant[]) {
    this.#entrants = new Set(entrants);
    this.#come = new Set(entrants);
  }

  get size(): number {
    return this.#entrants.size;
  }

  entrants(): Iterable<Entrant> {
    return this.#entrants;
  }

  put(entrant: Entrant): this {
    this.#entrants.add(entrant);
    if (!this.#gone.delete(entrant)) this.#come.add(entrant);
    return this;
  }

  remove(entrant: Entrant): this {
    this.#entrants.delete(entrant);
    if (!this.#come.delete(entrant)) this.#gone.add(entrant);
    return this;
  }

  /** All conditions of a route must follow from those of one that it hides, so any one of them will do as its place. */
  candidates(conjuncts: readonly Conjunct[]): readonly Entrant[] {
    if (this.#come.size + this.#gone.size > 0) this.#byKey.update({ gone: [...this.#gone], come: [...this.#come] });
    this.#come.clear();
    this.#gone.clear();
    const keys = ["any", ...conjuncts.flatMap(keysToAsk)];
    return [...new Set(keys.flatMap((key) => this.#byKey.under(key).slice(0, most)))].slice(0, 4 * most);
  }
}

/** Where a route is looked for. */
function keysOf(conjuncts: readonly Conjunct[]): readonly string[] {
  const [first] = conjuncts;
  if (first === undefined) return ["any"];
  const values = valueKeys(first);
  return [`is ${first.text}`, ...(values ?? first.leaves.slice(0, 1).map(({ name }) => `about ${name}`))];
}

/** Where routes are looked for that hide one with this condition. */
function keysToAsk(conjunct: Conjunct): readonly string[] {
  const leaf = singleLeafOf(conjunct);
  const isAboutValues = leaf !== undefined && !leaf.isNegated && ["==", "in"].includes(leaf.operator);
  return [
    `is ${conjunct.text}`,
    ...(valueKeys(conjunct) ?? []).slice(0, 1),
    ...(isAboutValues ? [`about ${leaf.name}`] : []),
  ];
}

/** One key per value that a condition lets pass, where these are few. */
function valueKeys(conjunct: Conjunct): readonly string[] | undefined {
  const leaf = singleLeafOf(conjunct);
  if (leaf === undefined || leaf.isNegated) return undefined;
  const key = (value: unknown) => `${leaf.name} ${JSON.stringify(value)}`;
  if (leaf.operator === "==" && typeof leaf.value === "string") return [key(leaf.value)];
  if (leaf.operator === "in" && isList(leaf.value) && leaf.value.length <= 16) return [...new Set(leaf.value.map(key))];
  return undefined;
}

function placeOf(cell: readonly Entrant[], entrant: Entrant): number {
  return firstPlace(cell, (other) => widestFirst(other, entrant) >= 0);
}

/** Without conditions, with few, any method, any address: the likelier to hide others. */
function widestFirst(a: Entrant, b: Entrant): number {
  return narrowness(a) - narrowness(b) || b.number - a.number || compareText(a.id, b.id);
}

/** Nobody knows whom a function lets pass: such a route hides nobody, and comes last. */
function narrowness({ conjuncts, match, route }: Entrant): number {
  const conditions =
    conjuncts.length * 4 +
    (match.guard.methods === undefined ? 0 : 2) +
    (match.guard.addressCount === Infinity ? 0 : 1);
  return route.filter_func === undefined ? conditions : conditions + 1e6;
}
