/**
 * Whether a pattern is found in a text; a broken pattern is found nowhere. For the filters of lists, which only the
 * developer at this sandbox sends.
 */
export function searches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
}
