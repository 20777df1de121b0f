import { type RelatedObject, type ResourceRef, nameOf } from "../model/index.ts";

/** `a.com, b.com and 3 more`: lists stay readable however long they are. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(", ");
  return items.length <= most ? shown : `${shown} and ${items.length - most} more`;
}

/** Something that a message may have to name. */
export interface Named {
  readonly id: string;
  /** `undefined`: a foreign object, which has no other name than its id. */
  readonly origin: ResourceRef | undefined;
}

/** Objects of the reader's namespace and foreign ones by name, the rest as a count: a tenant reads nobody else's names. */
export function namesFor(reader: ResourceRef, others: readonly Named[], most = 3): string {
  const names = others.flatMap(({ id, origin }) => {
    if (origin === undefined) return [`the foreign route "${id}"`];
    return origin.namespace === reader.namespace ? [nameOf(origin)] : [];
  });
  const hidden = others.length - names.length;
  if (hidden === 0) return listed(names, most);
  return listed([...names, `${hidden === 1 ? "a route" : `${hidden} routes`} of another namespace`], most + 1);
}

const mostRelated = 10;

export function relatedOf(others: readonly Named[], field?: string): readonly RelatedObject[] {
  return others
    .flatMap(({ origin }) => (origin === undefined ? [] : [{ ref: origin, ...(field !== undefined && { field }) }]))
    .slice(0, mostRelated);
}

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
