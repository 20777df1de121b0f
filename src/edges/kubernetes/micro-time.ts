/** A time stamp with six digits, as Leases and events want it; one with three is refused by older servers. */
export function microTimeOf(nowMs: number): string {
  return new Date(nowMs).toISOString().replace("Z", "000Z");
}
