// What decide keeps from one state of the world to the next.
import { makeDiagnoser } from "./diagnostics/index.ts";
import { makeResolver, makeSettler, makeSuiter, makeTranslator } from "./desired/index.ts";
import { type Lineup, makeLineup } from "./lineup.ts";
import type { Owner, RouterFlavor } from "./model/index.ts";
import { makeNumbering } from "./numbering.ts";
import { makeLedger } from "./plan/index.ts";
import { type Settled, priorityTable } from "./precedence/index.ts";
import { makeStamper } from "./stamps.ts";

/**
 * The work of earlier calls for one gateway. It makes decide fast, never different: each stage finds out by identity which
 * of its inputs are new, and does again only what depends on them. Objects must therefore never be edited in place.
 */
export class Memory {
  #stages: Stages | undefined;

  /** Work that throws leaves nothing behind: the next starts afresh. */
  use<Result>(terms: Terms, work: (stages: Stages) => Result): Result {
    const known = this.#stages;
    const isFit =
      known !== undefined &&
      known.instance === terms.instance &&
      known.namespaces === terms.namespaces &&
      known.flavor === terms.flavor;
    const stages = isFit ? known : newStages(terms);
    this.#stages = undefined;
    const result = work(stages);
    if (!stages.isWornOut()) this.#stages = stages;
    return result;
  }
}

/** What a change of makes all else new. */
export interface Terms extends Owner {
  readonly flavor: RouterFlavor;
}

export interface Stages extends Terms {
  readonly resolve: ReturnType<typeof makeResolver>;
  readonly translate: ReturnType<typeof makeTranslator>;
  readonly settle: ReturnType<typeof makeSettler>;
  readonly suit: ReturnType<typeof makeSuiter>;
  readonly lineUp: ReturnType<typeof makeLineup>;
  readonly prioritize: (lineup: Lineup) => Settled;
  readonly number: ReturnType<typeof makeNumbering>;
  readonly stamp: ReturnType<typeof makeStamper>;
  readonly ledger: ReturnType<typeof makeLedger>;
  readonly diagnose: ReturnType<typeof makeDiagnoser>;
  /** So much has come and gone that what is remembered of texts that nobody writes any more outweighs the rest. */
  readonly isWornOut: () => boolean;
}

function newStages({ flavor, ...owner }: Terms): Stages {
  const table = priorityTable({ flavor });
  let [size, changes] = [0, 0];
  return {
    ...owner,
    flavor,
    resolve: makeResolver(),
    translate: makeTranslator(owner.instance),
    settle: makeSettler(),
    suit: makeSuiter(),
    lineUp: makeLineup(owner),
    prioritize: ({ put, removed, standsFor }) => {
      for (const id of removed) table.remove(id);
      for (const contestant of put) table.put(contestant, standsFor(contestant.id));
      changes += put.length;
      const settled = table.settle();
      size = settled.byId.size;
      return settled;
    },
    number: makeNumbering(),
    stamp: makeStamper(),
    ledger: makeLedger(),
    diagnose: makeDiagnoser(),
    isWornOut: () => changes > 10 * (size + 1000),
  };
}
