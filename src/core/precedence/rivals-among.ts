import type { Contestant, RouterFlavor } from "../model/index.ts";
import { type Field, fieldOf } from "./field.ts";
import { rivalsOf } from "./rival.ts";

/** For each contestant, by id, the ids of those it contests with, sorted. Nothing is worked out before it is first asked. */
export function rivalsAmong(
  contestants: readonly Contestant[],
  flavor: RouterFlavor,
): (id: string) => readonly string[] {
  let index: { readonly field: Field; readonly places: ReadonlyMap<string, number> } | undefined;
  return (id) => {
    index ??= indexOf(contestants, flavor);
    const { field, places } = index;
    const place = places.get(id);
    return place === undefined
      ? []
      : field
          .contestsOf(place)
          .flatMap((other) => field.rivals[other]?.id ?? [])
          .sort();
  };
}

function indexOf(contestants: readonly Contestant[], flavor: RouterFlavor) {
  const field = fieldOf(rivalsOf(contestants, new Map(), flavor, { keepsNumbers: false }), flavor);
  return { field, places: new Map(field.rivals.map(({ id, index }) => [id, index])) };
}
