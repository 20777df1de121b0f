/** A call of the Admin API, as it was answered. */
export interface AdminCall {
  readonly method: string;
  /** Without its arguments, in which a key could stand. */
  readonly path: string;
  readonly status: number;
  /** Unix milliseconds. */
  readonly at: number;
}

/** How often the Admin API was called. */
export interface AdminCounters {
  /** GET and HEAD. */
  readonly reads: number;
  /** PUT, POST, PATCH and DELETE, whatever came of them. */
  readonly writes: number;
  /** Answers of 400 and above. */
  readonly failures: number;
  /** Kind → method → calls. */
  readonly byKind: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const mostCalls = 20_000;

/** Counts the calls, and keeps the last of them for tests to look at. */
export class Ledger {
  #calls: AdminCall[] = [];
  #byKind = new Map<string, Map<string, number>>();
  #reads = 0;
  #writes = 0;
  #failures = 0;

  note(call: AdminCall): void {
    if (call.method === "GET" || call.method === "HEAD") this.#reads += 1;
    else if (call.method !== "OPTIONS") this.#writes += 1;
    if (call.status >= 400) this.#failures += 1;
    const kind = call.path.split("/")[3] ?? "";
    const methods = this.#byKind.get(kind) ?? new Map<string, number>();
    this.#byKind.set(kind, methods.set(call.method, (methods.get(call.method) ?? 0) + 1));
    this.#calls.push(call);
    if (this.#calls.length > mostCalls * 1.1) this.#calls = this.#calls.slice(-mostCalls);
  }

  counters(): AdminCounters {
    const byKind = Object.fromEntries([...this.#byKind].map(([kind, methods]) => [kind, Object.fromEntries(methods)]));
    return { reads: this.#reads, writes: this.#writes, failures: this.#failures, byKind };
  }

  /** The last calls, oldest first, at most 20 000. */
  calls(): readonly AdminCall[] {
    return this.#calls.slice(-mostCalls);
  }

  reset(): void {
    this.#calls = [];
    this.#byKind = new Map();
    this.#reads = 0;
    this.#writes = 0;
    this.#failures = 0;
  }
}
