let controller: AbortController | undefined;

/**
 * Aborts when somebody wants the program to end: SIGINT, SIGTERM, or a reader of stdout that went away. A second
 * signal ends the process at once, as without us. Calling it is what takes the signals over, so a command that does not
 * ask for it dies of a signal as programs do.
 */
export function interruption(): AbortSignal {
  if (controller !== undefined) return controller.signal;
  const mine = new AbortController();
  controller = mine;
  const abort = () => {
    process.off("SIGINT", abort).off("SIGTERM", abort);
    mine.abort();
  };
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return mine.signal;
}

/** Resolves once `signal` aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    // A promise keeps no process alive; a command that waits for nothing else would end here.
    const keepAlive = setInterval(() => undefined, 1 << 30);
    signal.addEventListener("abort", () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
}

/** `| head` is no failure: what nobody reads is not written, and a command that stays up ends. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    controller?.abort();
  });
}
