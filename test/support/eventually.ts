import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `holds` is true; fails after `withinMs` with what `describe` says then. For what happens elsewhere, in its own time. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  {
    withinMs = 20_000,
    everyMs = 10,
    describe = () => "",
  }: { readonly withinMs?: number; readonly everyMs?: number; readonly describe?: () => string } = {},
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${holds.toString()} ${describe()}`);
    await sleep(everyMs);
  }
}
