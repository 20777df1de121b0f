/**
 * The texts at one end of a set of keys, told apart by length and by the byte at their inner end: enough to skip most
 * look-ups that would find nothing. A number for each (see affixOf), so that a look-up touches one array and no objects.
 */
export class Affixes {
  private readonly counts = new Map<number, number>();

  /** The affixes there are now, longest first, or `undefined` where nothing changed. */
  count(affix: number, change: 1 | -1): readonly number[] | undefined {
    const before = this.counts.get(affix) ?? 0;
    const count = before + change;
    if (count === 0) this.counts.delete(affix);
    else this.counts.set(affix, count);
    return before === 0 || count === 0 ? [...this.counts.keys()].sort((a, b) => b - a) : undefined;
  }
}

/** `byte`: at the inner end; of an empty text any. */
export function affixOf(length: number, byte: number): number {
  return length === 0 ? 0 : (length << 8) | byte;
}

export function lengthOf(affix: number): number {
  return affix >> 8;
}
export function byteOf(affix: number): number {
  return affix & 255;
}
