import { type Changes, changesBetween, finderIn, patched, union } from "../changes/index.ts";
import {
  type AdminKind,
  type Desired,
  type DesiredObject,
  type Observed,
  type ObservedObject,
  type Owner,
  adminKinds,
  attachedKinds,
  compareIds,
  isMadeForOneOf,
  isOurs,
  kindTraits,
  nothingLearned,
  originLabelOf,
} from "../model/index.ts";
import { type ChangesOf, changesOn } from "./changes.ts";
import { ownedMetadata } from "./claim.ts";

/** One object that is wanted, or stands on the gateway, or both. */
export interface Pair {
  readonly kind: AdminKind;
  readonly id: string;
  readonly wanted: DesiredObject | undefined;
  readonly standing: ObservedObject | undefined;
  readonly verdict: Verdict;
}

/**
 * `same`: nothing to do. `foreign`: none of our business. `taken`: a stranger stands where we need to write. `leftover`:
 * ours, and nobody wants it any more.
 */
export type Verdict =
  | { readonly kind: "same" | "foreign" | "create" | "taken" | "leftover" }
  /** Dotted paths of the fields that differ. */
  | { readonly kind: "update"; readonly changed: readonly string[] };

const create: Verdict = { kind: "create" };

/** All pairs, kinds in the order of reference. */
export interface Ledger {
  /**
   * Takes in what is wanted and what stands now. Judged anew are only pairs of which a part is another object than the
   * last time; all of them once more is known of the gateway.
   */
  readonly update: (desired: Desired, observed: Observed, owner: Owner) => void;
  /** Pairs that are not as they should be, kinds in the order of reference, then by id. */
  readonly open: () => readonly Pair[];
  /** How many objects on the gateway are ours. */
  readonly ours: () => number;
}

export function makeLedger(): Ledger {
  let books = new Map<AdminKind, Book>();
  let terms: readonly unknown[] = [];
  return { update, open, ours };

  function update(desired: Desired, observed: Observed, owner: Owner): void {
    const { learned } = observed;
    const metadata = ownedMetadata(observed, owner);
    const now = [owner.instance, owner.namespaces, learned, [...metadata].join(" ")];
    if (now.some((term, at) => term !== terms[at])) books = new Map();
    terms = now;
    const changesOf = changesOn(learned ?? nothingLearned);
    const isMine = (object: ObservedObject) => isOurs(object, owner, metadata);
    for (const kind of adminKinds) {
      const book = books.get(kind) ?? makeBook(kind);
      books.set(kind, book);
      book.update(desired[kind], observed[kind], heldIdsOf(kind, desired, observed), { changesOf, isMine });
    }
  }

  function open(): readonly Pair[] {
    const none: readonly Pair[] = [];
    return none.concat(...[...books.values()].map((book) => book.open()));
  }

  function ours(): number {
    return [...books.values()].reduce((sum, book) => sum + book.ours(), 0);
  }
}

/** What a verdict hangs on beside the pair. */
interface Terms {
  readonly changesOf: ChangesOf;
  readonly isMine: (object: ObservedObject) => boolean;
}

/** What stays as it is, wanted or not: under the id that its resource has, and under one that it had before. */
function heldIdsOf(kind: AdminKind, { held }: Desired, observed: Observed): ReadonlySet<string> {
  const ofKind = held.filter((object) => object.kind === kind);
  const standing: readonly ObservedObject[] = observed[kind];
  if (ofKind.some(({ id }) => id === undefined)) return new Set(standing.map(({ id }) => id));
  const known = ofKind.flatMap(({ id }) => id ?? []);
  const owners = partKinds.has(kind) ? held : ofKind;
  if (owners.length === 0) return new Set(known);
  const origins = new Set(owners.map(({ origin }) => originLabelOf(origin)));
  const made = standing.filter((object) => isMadeForOneOf(origins, object));
  return new Set([...known, ...made.map(({ id }) => id)]);
}

/** Kinds whose objects are a part of what a resource becomes, and only their labels tell of which: credentials. */
const partKinds = new Set<AdminKind>(adminKinds).difference(
  new Set<AdminKind>(attachedKinds.map((kind) => kindTraits[kind].adminKind)),
);

/** The pairs of one kind. */
interface Book {
  readonly update: (
    wanted: readonly DesiredObject[],
    standing: readonly ObservedObject[],
    held: ReadonlySet<string>,
    terms: Terms,
  ) => void;
  readonly open: () => readonly Pair[];
  readonly ours: () => number;
}

function makeBook(kind: AdminKind): Book {
  // In the order of the ids.
  let [wantedById, standingById]: [readonly DesiredObject[], readonly ObservedObject[]] = [[], []];
  let open: readonly Pair[] = [];
  let held: ReadonlySet<string> = new Set();
  let [wantedBefore, standingBefore]: [readonly DesiredObject[], readonly ObservedObject[]] = [[], []];
  let ours = 0;
  return { update, open: () => open, ours: () => ours };

  function update(
    wanted: readonly DesiredObject[],
    standing: readonly ObservedObject[],
    heldNow: ReadonlySet<string>,
    { changesOf, isMine }: Terms,
  ): void {
    const [asked, there] = [changesBetween(wantedBefore, wanted), changesBetween(standingBefore, standing)];
    ours += there.come.filter(isMine).length - there.gone.filter(isMine).length;
    const heldOtherwise = held.symmetricDifference(heldNow);
    [wantedBefore, standingBefore, held] = [wanted, standing, heldNow];
    wantedById = patched(wantedById, asked, compareIds);
    standingById = patched(standingById, there, compareIds);
    const moved = union(idsIn(asked), idsIn(there));
    judge(heldOtherwise.size === 0 ? moved : heldOtherwise.union(new Set(moved)), verdictOn);

    function verdictOn(id: string, object: DesiredObject | undefined, there: ObservedObject | undefined): Verdict {
      if (object === undefined) {
        if (there === undefined || held.has(id)) return { kind: "same" };
        return { kind: isMine(there) ? "leftover" : "foreign" };
      }
      if (there === undefined) return create;
      const changed = changesOf(object, there);
      // Metadata carry no mark of ours: where they are what we want, it does not matter who wrote them.
      if (!isMine(there) && object.isAdoption !== true)
        return { kind: kind === "plugin_metadata" && changed.length === 0 ? "same" : "taken" };
      if (!isMine(there)) return { kind: "update", changed };
      return changed.length === 0 ? { kind: "same" } : { kind: "update", changed };
    }
  }

  function judge(ids: Iterable<string>, verdictOn: Judge): void {
    const [wantedAt, standingAt, openAt] = [finderIn(wantedById), finderIn(standingById), finderIn(open)];
    const [gone, come]: [Pair[], Pair[]] = [[], []];
    for (const id of ids) {
      const before = openAt(id);
      if (before !== undefined) gone.push(before);
      const wanted = wantedAt(id);
      const standing = standingAt(id);
      const verdict = verdictOn(id, wanted, standing);
      if (verdict.kind !== "same" && verdict.kind !== "foreign") come.push({ kind, id, wanted, standing, verdict });
    }
    open = patched(open, { gone, come }, compareIds);
  }
}

type Judge = (id: string, wanted: DesiredObject | undefined, standing: ObservedObject | undefined) => Verdict;

/** Each once, though an object may have gone and come. */
function idsIn({ gone, come }: Changes<{ readonly id: string }>): ReturnType<typeof union> {
  return union(
    come.map(({ id }) => id),
    gone.map(({ id }) => id),
  );
}
