import { isJsonObject, type Json } from "../../core/model/index.ts";

/**
 * What the masks of one case stand for. A numbered mask means the same value wherever it stands, and the numbers of
 * times and indexes follow their size.
 */
export class Masks {
  readonly #values = new Map<string, Json>();

  /** A path or header with the ids that were met so far. */
  filledIn(text: string): string {
    return text.replace(/<id \d+>/g, (mask) => {
      const id = this.#values.get(mask);
      return typeof id === "string" ? id : mask;
    });
  }

  /** Where a value differs from the recorded one: `response.value.uri: "/y", recorded "/x"`. */
  differences(found: Json | undefined, recorded: Json | undefined, place: string): string[] {
    if (typeof recorded === "string" && recorded.includes("<")) return this.#maskedText(found, recorded, place);
    if (Array.isArray(recorded) && Array.isArray(found)) {
      const length = Math.max(recorded.length, found.length);
      return Array.from({ length }).flatMap((_, index) =>
        this.differences(found[index], recorded[index], `${place}[${index}]`),
      );
    }
    if (isJsonObject(recorded) && isJsonObject(found)) {
      const names = [...new Set([...Object.keys(recorded), ...Object.keys(found)])].sort();
      return names.flatMap((name) => this.differences(found[name], recorded[name], `${place}.${name}`));
    }
    return found === recorded ? [] : [differing(place, found, recorded)];
  }

  #maskedText(found: Json | undefined, recorded: string, place: string): string[] {
    const masks = recorded.match(/<(?:time|index|id)(?: \d+)?>|<ciphertext>|<path>/g) ?? [];
    const [mask] = masks;
    if (mask === undefined) return found === recorded ? [] : [differing(place, found, recorded)];
    const part = partOf(recorded, mask, found);
    if (part === undefined || !isPlausible(mask, part)) return [differing(place, found, recorded)];
    return this.#fits(mask, part) ? [] : [differing(place, found, recorded)];
  }

  /** Remembers a numbered mask, and holds it against what is known. */
  #fits(mask: string, value: Json): boolean {
    if (!/\d/.test(mask)) return true;
    const known = this.#values.get(mask);
    if (known !== undefined) return known === value;
    this.#values.set(mask, value);
    if (mask.startsWith("<id")) return true;
    const kind = mask.replace(/ .*/, "");
    const numbered = [...this.#values]
      .filter(([name]) => name.startsWith(kind))
      .map(([name, one]) => [numberOf(name), Number(one)]);
    numbered.sort(([a = 0], [b = 0]) => a - b);
    // Times have seconds, so two of them may be one here.
    return numbered.every(([, one = 0], index) => {
      const before = numbered[index - 1]?.[1] ?? -1;
      return kind === "<index" ? one > before : one >= before;
    });
  }
}

/** What stands where the mask stands; all of it, if the text is the mask alone. */
function partOf(recorded: string, mask: string, found: Json | undefined): Json | undefined {
  if (recorded === mask) return found;
  if (typeof found !== "string") return undefined;
  const [before = "", after = ""] = recorded.split(mask);
  const fits = found.startsWith(before) && found.endsWith(after) && found.length >= before.length + after.length;
  return fits ? found.slice(before.length, found.length - after.length) : undefined;
}

function isPlausible(mask: string, value: Json): boolean {
  if (mask.startsWith("<time")) return Number.isInteger(value) && Number(value) > 1_500_000_000;
  // Revisions are numbers, but texts in the raw form of etcd.
  if (mask.startsWith("<index"))
    return (typeof value === "number" || typeof value === "string") && /^[1-9]\d*$/.test(String(value));
  if (mask.startsWith("<id")) return typeof value === "string" && /^\d{20}$/.test(value);
  if (mask === "<ciphertext>") return typeof value === "string" && /^[A-Za-z0-9+/]{16,}={0,2}$/.test(value);
  return typeof value === "string";
}

function numberOf(mask: string): number {
  return Number(/\d+/.exec(mask)?.[0] ?? 0);
}

function differing(place: string, found: Json | undefined, recorded: Json | undefined): string {
  return `${place}: ${JSON.stringify(found) ?? "absent"}, recorded ${JSON.stringify(recorded) ?? "none"}`;
}
