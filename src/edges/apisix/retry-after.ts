const longestMs = 5 * 60_000;

/** `Retry-After` as seconds or as a date, in milliseconds from now; five minutes at most; `undefined` where unreadable. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(Math.ceil(ms), 0), longestMs) : undefined;
}
