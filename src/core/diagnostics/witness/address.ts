/** Addresses that may stand in both lists of addresses and ranges (`undefined`: any); the matcher has the last word. */
export function sharedAddresses(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly (string | undefined)[] {
  if (a === undefined && b === undefined) return [undefined];
  // Ranges are nested or apart, so the first address of the narrower one stands in both.
  const ranges = [...(a ?? []), ...(b ?? [])].toSorted((x, y) => widthOf(y) - widthOf(x));
  return [...new Set(ranges.map(firstOf))].slice(0, 16);
}

function widthOf(range: string): number {
  const [address = "", width] = range.split("/");
  return width === undefined ? 128 : Number(width) + (address.includes(":") ? 0 : 96);
}

function firstOf(range: string): string {
  return (range.split("/")[0] ?? "").replace(/^\[(.*)\]$/, "$1");
}
