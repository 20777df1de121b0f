/** Whether the expression's first match is the whole path; `undefined` where that could not be decided within the limit. */
export function coversByRegex(_regex: string, _path: string): boolean | undefined {
  return undefined;
}

/** Whether no text that begins with `key` can match: the tree demands it, the expression refuses it. */
export function isDeadAfter(regex: string, key: string): boolean {
  return !/[.[\\]/.test(regex.slice(0, key.length)) && /[+?()^$|{]/.test(key);
}
