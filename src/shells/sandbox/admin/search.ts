import { bytesOf, patternOf } from "../../../core/matcher/index.ts";

/** Whether a PCRE pattern is found in a text; a broken one, and one that takes too long, is found nowhere. */
export function searches(pattern: string, text: string): boolean {
  return patternOf(bytesOf(pattern), { ignoresCase: false }).search(bytesOf(text)) === true;
}
