import { isKubeError } from "./errors.ts";

/** What a reflector was doing when it failed. */
export type Phase = "list" | "watch";

/**
 * What a reflector does after a failure: go on watching from where it was, or list anew. `isSynced` false: until a list
 * succeeds nobody may take the store for what is there, least of all to delete what it lacks.
 */
export type Recovery = { readonly next: "resume" } | { readonly next: "relist"; readonly isSynced: boolean };

const serverErrorPatienceMs = 60_000;

/**
 * The rule for every failure. A broken connection loses nothing, so it never costs a list; an expired version, and a
 * type or permission that went away, do. The server's own errors are given a minute.
 * Source: kubernetes/client-go, tools/cache/reflector.go, ListAndWatch() and watch().
 */
export function recoveryFrom(error: unknown, phase: Phase, failingForMs: number): Recovery {
  if (phase === "list") return { next: "relist", isSynced: false };
  if (!isKubeError(error)) return { next: "resume" };
  switch (error.failure) {
    case "gone":
    case "invalid":
      return { next: "relist", isSynced: true };
    case "notFound":
    case "forbidden":
      return { next: "relist", isSynced: false };
    case "serverError":
      return failingForMs < serverErrorPatienceMs ? { next: "resume" } : { next: "relist", isSynced: true };
    case "unauthorized":
    case "alreadyExists":
    case "conflict":
    case "overloaded":
    case "malformed":
    case "timeout":
    case "unreachable":
      return { next: "resume" };
  }
}
