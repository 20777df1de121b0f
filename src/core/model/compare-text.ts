/** By code units, as `<` does it: the same order on every machine. For `sort`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
