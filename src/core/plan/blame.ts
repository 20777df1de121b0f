import {
  type DocumentFault,
  type DocumentSection,
  type Fault,
  type GatewayDocument,
  type JsonObject,
  type Step,
  itemIdOf,
  listOfKind,
} from "../model/index.ts";

/** Why a step is refused, in the gateway's words and, as far as they tell, by its place. */
export interface Blame {
  readonly message: string;
  readonly fault?: Fault | undefined;
}

/** The steps (by index) that brought what is at fault in a document, each with the first thing that was said of it. */
export function blamedFor(
  faults: readonly DocumentFault[],
  document: GatewayDocument,
  steps: readonly Step[],
): ReadonlyMap<number, Blame> {
  const byItem = new Map(steps.map(({ kind, id, index }) => [`${listOfKind(kind)}/${id}`, index]));
  const blamed = new Map<number, Blame>();
  for (const found of faults) {
    const step = byItem.get(`${found.list}/${idAtFault(found, document)}`);
    if (step !== undefined && !blamed.has(step)) blamed.set(step, { message: found.error, fault: found.fault });
  }
  return blamed;
}

function idAtFault(fault: DocumentFault, document: GatewayDocument): string | undefined {
  const item = itemAtFault(fault, document);
  return (item && itemIdOf(item)) ?? fault.id;
}

/** The item that a fault is about; `undefined` where it is about no one of them. */
export function itemAtFault(
  { list, index }: Pick<DocumentFault, "list" | "index">,
  document: GatewayDocument,
): JsonObject | undefined {
  const lists: Readonly<Record<string, DocumentSection>> = document;
  return index === undefined ? undefined : lists[list]?.items[index];
}

/** What is wrong with a document, in one sentence. */
export function firstFaultIn([first]: readonly DocumentFault[]): string | undefined {
  if (first === undefined) return undefined;
  return `the gateway refuses the configuration for ${first.list}/${first.id ?? first.index ?? ""}: ${first.error}`;
}
