import {
  type JsonObject,
  type MissingObject,
  type StepOutcome,
  isJsonObject,
  itemIdOf,
  kindOfItem,
  managedByValue,
  ownerLabels,
} from "../model/index.ts";
import type { LeftOut, RefusedItem } from "./left-out.ts";

/** What waits for something that was refused. */
export const waiting: StepOutcome = {
  state: "skipped",
  because: "something that must change first could not be written",
};

/** Objects of ours that not all of these instances are given, each once; one that is refused by any of them is refused. */
export function missingIn(leftOut: readonly (readonly LeftOut[])[]): readonly MissingObject[] {
  const found = new Map<string, { readonly object: Omit<MissingObject, "outcome">; readonly by: LeftOut[] }>();
  for (const one of leftOut.flat()) {
    const id = itemIdOf(one.item);
    const kind = kindOfItem(one.list, id ?? "");
    if (!one.isOurs || id === undefined || kind === undefined) continue;
    const entry = found.get(`${kind}/${id}`) ?? { object: { kind, id }, by: [] };
    found.set(`${kind}/${id}`, entry);
    entry.by.push(one);
  }
  return [...found.values()].map(({ object, by }) => ({ ...object, outcome: outcomeOf(by, leftOut.length) }));
}

function outcomeOf(by: readonly LeftOut[], instances: number): StepOutcome {
  const refusals = by.flatMap(({ refused }) => refused ?? []);
  const [first] = refusals;
  if (first === undefined) return waiting;
  const { message, fault } = first;
  const where = refusals.length === instances ? "" : ` (${refusals.length} of ${instances} instances)`;
  return {
    state: "failed",
    failure: "rejected",
    message: `${message}${where}`,
    ...(fault !== undefined && { fault }),
  };
}

/** What an instance does not take and nobody of ours can mend, with whose it is. */
export function strandedWords({ list, item, message }: RefusedItem): string {
  return `${list}/${itemIdOf(item) ?? "(without id)"}, which is not ours${makerWords(item)}: ${message}`;
}

function makerWords({ labels }: JsonObject): string {
  if (!isJsonObject(labels)) return "";
  const { [ownerLabels.managedBy]: manager, [ownerLabels.instance]: instance } = labels;
  if (typeof manager !== "string") return "";
  return manager === managedByValue && typeof instance === "string"
    ? ` but of this operator's instance "${instance}"`
    : ` but of ${manager}`;
}
