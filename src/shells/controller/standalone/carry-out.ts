import { type Blame, blamedFor, firstFaultIn, waiting } from "../../../core/plan/index.ts";
import type { Given } from "./giving.ts";
import {
  type ApisixFailure,
  type Fault,
  type Outcome,
  type Step,
  type StepOutcome,
} from "../../../core/model/index.ts";

/** What a gateway says to a change. */
export type Reply =
  | { readonly kind: "taken" }
  /** `blamed`: the steps (by index) that are at fault, with the gateway's words; `undefined`: it can't say which. */
  | {
      readonly kind: "refused";
      readonly message: string;
      readonly fault?: Fault | undefined;
      readonly blamed: ReadonlyMap<number, Blame> | undefined;
    }
  /** Nothing at all can be changed there, until somebody else mends what is in the way. */
  | { readonly kind: "blocked"; readonly message: string }
  | {
      readonly kind: "failed";
      readonly failure: ApisixFailure;
      readonly message: string;
      readonly wasSent: boolean;
      readonly retryAfterMs?: number | undefined;
    };

/** What came of giving an instance what it shall hold, as an answer to these steps. */
export function replyOf(given: Given, steps: readonly Step[]): Reply {
  if (given.kind !== "refused") return given;
  const { message, fault, faults, document } = given;
  if (faults === undefined) return { kind: "refused", message, fault, blamed: undefined };
  return {
    kind: "refused",
    message: firstFaultIn(faults) ?? message,
    fault,
    blamed: blamedFor(faults, document, steps),
  };
}

export interface CarryOutOptions {
  /** Known before anything is sent. */
  readonly foretold: ReadonlyMap<number, StepOutcome>;
  /** Offers these steps, carried out all at once, on top of what was taken before. */
  readonly offer: (steps: readonly Step[]) => Promise<Reply>;
}

/**
 * Carries out steps that go out together, as one document: all of them, or all but those that the gateway finds at fault
 * and those that wait for them. A gateway that names what is wrong is asked once more for the rest; one that only says
 * no is asked with halves, for its answer to a half is a step on the way: k faults among n steps cost O(k log n) pushes.
 */
export async function carryOut(steps: readonly Step[], { foretold, offer }: CarryOutOptions): Promise<Outcome> {
  const settled = new Map<number, StepOutcome>(foretold);
  const open = (among: readonly Step[]) => openAmong(among, settled);
  const settle = (among: readonly Step[], outcome: StepOutcome) => {
    for (const { index } of among) settled.set(index, outcome);
  };

  const byHalves = async (among: readonly Step[], isKnownRefused: boolean): Promise<void> => {
    const left = open(among);
    if (left.length === 0) return;
    if (!isKnownRefused || left.length < among.length || left.length === 1) {
      const reply = await offer(left);
      if (reply.kind === "taken") return settle(left, done);
      if (reply.kind !== "refused") return settle(left, outcomeOf(reply));
      if (left.length === 1) return settle(left, rejected(reply));
    }
    const middle = Math.ceil(left.length / 2);
    await byHalves(left.slice(0, middle), false);
    await byHalves(left.slice(middle), false);
  };

  for (let left = open(steps); left.length > 0; left = open(left)) {
    // oxlint-disable-next-line no-await-in-loop -- each offer hangs on the answer to the one before
    const reply = await offer(left);
    if (reply.kind === "taken") settle(left, done);
    else if (reply.kind !== "refused") settle(left, outcomeOf(reply));
    else if (reply.blamed === undefined) {
      await byHalves(left, true); // oxlint-disable-line no-await-in-loop -- see above
      break;
    } else if (reply.blamed.size === 0) {
      // Something that no step of ours would change; it may be mended by whoever made it.
      settle(left, { state: "failed", failure: "conflict", message: reply.message });
    } else for (const [index, blame] of reply.blamed) settled.set(index, rejected(blame));
  }
  return { steps: steps.map(({ index }) => settled.get(index) ?? waiting) };
}

/** Those that nothing is known of yet and that wait for nothing that failed. Steps stand behind what they wait for. */
function openAmong(steps: readonly Step[], settled: ReadonlyMap<number, StepOutcome>): readonly Step[] {
  const blocked = new Set([...settled].flatMap(([index, { state }]) => (state === "done" ? [] : [index])));
  return steps.filter(({ index, waitsFor }) => {
    if (settled.has(index)) return false;
    const isBlocked = waitsFor.some((before) => blocked.has(before));
    if (isBlocked) blocked.add(index);
    return !isBlocked;
  });
}

const done: StepOutcome = { state: "done" };

function rejected({ message, fault }: Blame): StepOutcome {
  return { state: "failed", failure: "rejected", message, ...(fault !== undefined && { fault }) };
}

function outcomeOf(reply: Reply & { kind: "failed" | "blocked" }): StepOutcome {
  if (reply.kind === "blocked") return { state: "failed", failure: "conflict", message: reply.message };
  const { failure, message, wasSent, retryAfterMs } = reply;
  return wasSent
    ? { state: "failed", failure, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    : { state: "skipped", because: message };
}
