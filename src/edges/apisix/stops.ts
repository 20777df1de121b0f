/**
 * Who is to be stopped by which signal. A signal has one listener of ours, however many calls it may stop: a listener per
 * call costs a tenth of the call, and Node warns of a signal with more than ten.
 */
export class Stops {
  readonly #stopsOf = new WeakMap<AbortSignal, Set<() => void>>();

  /** Calls `stop` when the signal is aborted, or at once where it is. What comes back takes that away, and must be called. */
  on(signal: AbortSignal, stop: () => void): () => void {
    if (signal.aborted) stop();
    const stops = this.#stopsOf.get(signal) ?? this.#listen(signal);
    stops.add(stop);
    return () => stops.delete(stop);
  }

  #listen(signal: AbortSignal): Set<() => void> {
    const stops = new Set<() => void>();
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()), { once: true });
    this.#stopsOf.set(signal, stops);
    return stops;
  }
}
