import { type Attachments, attach, olderTwinOf } from "../../core/desired/index.ts";
import {
  type Diagnostic,
  type GatewayManifest,
  type JsonObject,
  type Snapshot,
  type Outcome,
  type Step,
  type StepOutcome,
  type Plan,
  annotations,
  isClaim,
} from "../../core/model/index.ts";
import { type ConditionVerdict, eventOfNotice, isTrue } from "../../core/status/index.ts";
import { rightedBy } from "../../core/pipeline.ts";
import type { EndpointFollower, KubeClient, SecretFollower } from "../../edges/kubernetes/index.ts";
import type { Logger, Metrics, RouteState } from "../../edges/telemetry/index.ts";
import { addressesOf } from "./addresses.ts";
import { credentialsOf } from "./credentials.ts";
import { type Finalizing, holdOn, letGo, releasable } from "./finalizing.ts";
import type { Holder } from "./holder.ts";
import { unattachedKey } from "./keys.ts";
import { type PassResult, barredPass, besideTwin, instanceTaken, runPass } from "./pass.ts";
import type { Publisher } from "./publisher.ts";
import type { Sessions } from "./sessions.ts";
import type { SourceFollower } from "./sources.ts";
import { type Told, noticesAfter, statusesAfter, statusesOfUnattached, statusesWithoutAccess } from "./telling.ts";
import { type Held, type World, sorted } from "./world.ts";

export interface ControllerOptions {
  readonly client: KubeClient;
  readonly world: World;
  readonly secrets: SecretFollower;
  readonly endpoints: EndpointFollower;
  readonly sources: SourceFollower;
  readonly sessions: Sessions;
  readonly publisher: Publisher;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly holder: Holder;
  /** Those that the world shows; absent: all. */
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly mayWrite: () => boolean;
  /** RFC 3339. */
  readonly now: () => string;
}

/**
 * When to come back: `settled` waits for a change or the next resync, `unfinished` goes on at once, `retry` backs off, or
 * for as long as was asked.
 */
export type Reconciled =
  | { readonly kind: "settled" }
  | { readonly kind: "unfinished" }
  | { readonly kind: "retry"; readonly afterMs: number | undefined };

const settled: Reconciled = { kind: "settled" };
const retry: Reconciled = { kind: "retry", afterMs: undefined };

/** One pass from the whole state to the whole outcome, for one queue key. Remembers nothing that it could not read again. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #routeStates = new Map<string, readonly RouteState[]>();
  /** By gateway: what was said of drift that is left. */
  readonly #driftTold = new Map<string, ReadonlySet<string>>();

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  async reconcile(key: string, signal: AbortSignal): Promise<Reconciled> {
    const { world, publisher, sessions } = this.#options;
    // What a list did not bring may exist all the same: nothing is decided, and nothing deleted, before all have come.
    if (!world.isWhole) return { kind: "retry", afterMs: 1000 };
    const { manifests, invalid } = sorted(world.objects().map((object) => publisher.current(object)));
    const attachments = attach(manifests, invalid);
    if (key === unattachedKey) return this.#reconcileUnattached(attachments);
    const snapshot = attachments.snapshots.get(key);
    if (snapshot !== undefined) return this.#reconcileGateway(snapshot, signal);
    sessions.close(key);
    this.#options.sources.forget(key);
    this.#driftTold.delete(key);
    this.#count(key, []);
    return settled;
  }

  async #reconcileGateway(named: Snapshot, signal: AbortSignal): Promise<Reconciled> {
    const { secrets, sessions, mayWrite } = this.#options;
    const sources = this.#options.sources.read(named);
    // A moment, and each that comes is a change: else what takes a value would be told that it is missing.
    if (sources === undefined) return { kind: "retry", afterMs: 1000 };
    const snapshot: Snapshot = { ...named, sources, takenAt: this.#options.now() };
    const { gateway } = snapshot;
    const found = credentialsOf(gateway, secrets);
    if (found.kind === "missing") return this.#reconcileBlindly(snapshot, "unauthorized", found.verdict);
    const addresses = addressesOf(gateway, this.#options.endpoints);
    if (addresses.kind === "unknown") return { kind: "retry", afterMs: 1000 };
    if (addresses.kind === "missing") {
      sessions.withdraw(gateway.meta.name);
      return this.#reconcileBlindly(snapshot, "unreachable", addresses.verdict);
    }
    const twin = this.#olderTwinOf(gateway);
    const holder = await this.#options.holder.name(signal);
    const isLooking = gateway.spec.policy === "observe"; // what is not written needs no finalizer
    let failures = isLooking ? 0 : await holdOn(this.#finalizing(), snapshot);
    const startedMs = performance.now();
    const approvedDeletions = approvedBy(gateway);
    const options = { namespaces: this.#options.namespaces, signal, mayWrite, approvedDeletions };
    const result =
      twin !== undefined
        ? barredPass(snapshot, besideTwin(twin, gateway))
        : "reason" in holder
          ? barredPass(snapshot, holder)
          : await runPass(sessions.open(gateway, found, addresses), snapshot, { ...options, holder: holder.uid });
    signal.throwIfAborted();
    failures += await letGo(this.#finalizing(), releasable(snapshot, result));
    const statuses = statusesAfter(snapshot, result, this.#options.now());
    failures += await this.#publish(statuses);
    for (const { object, notice } of noticesAfter(result, statuses)) this.#notify(object, notice);
    this.#count(gateway.meta.name, statuses);
    this.#countDrift(gateway.meta.name, result);
    this.#account(gateway, result, performance.now() - startedMs);
    return verdictOn(result, failures);
  }

  #olderTwinOf(gateway: GatewayManifest): GatewayManifest | undefined {
    const { world, endpoints } = this.#options;
    const all = sorted(world.gateways()).manifests.filter((object) => object.kind === "ApisixGateway");
    return olderTwinOf(gateway, all, (one) => {
      const found = addressesOf(one, endpoints);
      return found.kind === "found" ? found.urls : [];
    });
  }

  /** Without a way to the gateway. What is missing is followed: its coming is a change. */
  async #reconcileBlindly(
    snapshot: Snapshot,
    failure: "unauthorized" | "unreachable",
    verdict: ConditionVerdict,
  ): Promise<Reconciled> {
    const told = statusesWithoutAccess(snapshot, failure, verdict, this.#options.now());
    const failures = await this.#publish(told);
    this.#count(snapshot.gateway.meta.name, told);
    return failures === 0 ? settled : retry;
  }

  /** Objects of no gateway: they are told so, and nothing holds them back any more. */
  async #reconcileUnattached(attachments: Attachments): Promise<Reconciled> {
    const leaving = attachments.unattached.map(({ object }) => object);
    const unreleased = await letGo(this.#finalizing(), leaving);
    const told = statusesOfUnattached(attachments, this.#options.now());
    const untold = await this.#publish(told);
    this.#count(unattachedKey, told);
    return unreleased + untold === 0 ? settled : retry;
  }

  #publish(statuses: readonly Told[]): Promise<number> {
    return this.#options.publisher.publish(statuses, this.#options.mayWrite);
  }

  #notify(object: Held, notice: Diagnostic): void {
    const { kind, meta } = object;
    const { code, message } = notice;
    this.#options.log.warn({ kind, namespace: meta.namespace, name: meta.name, code }, message);
    this.#options.publisher.notify(object, eventOfNotice(notice));
  }

  #finalizing(): Finalizing {
    const { client, mayWrite, log } = this.#options;
    const onError = ({ kind, meta }: Held, err: unknown) =>
      log.warn({ kind, namespace: meta.namespace, name: meta.name, err }, "finalizer could not be changed");
    return { client, mayWrite, onError };
  }

  /** Routes of all gateways by state, as their statuses say. */
  #count(gateway: string, statuses: readonly Told[]): void {
    const states = statuses
      .filter(({ object }) => object.kind === "GatewayRoute")
      .map(({ status }) => routeStateOf(status));
    this.#routeStates.set(gateway, states);
    const all = [...this.#routeStates.values()].flat();
    const count = (state: RouteState) => all.filter((each) => each === state).length;
    this.#options.metrics.routes({ ready: count("ready"), pending: count("pending"), refused: count("refused") });
  }

  /** What is left as others changed it counts once, however often it is met. */
  #countDrift(gateway: string, { decision, came }: PassResult): void {
    if (came.kind !== "applied") return;
    const { metrics } = this.#options;
    const told = this.#driftTold.get(gateway) ?? new Set<string>();
    const left = decision.plan.refusals.filter(({ code }) => code === "Drifted");
    for (const { kind, message } of left) if (kind && !told.has(message)) metrics.drifted(kind, "reported");
    this.#driftTold.set(gateway, new Set(left.map(({ message }) => message)));
    for (const { kind, index } of rightedBy(decision))
      if (came.outcome.steps[index]?.state === "done") metrics.drifted(kind, "corrected");
  }

  #account(gateway: GatewayManifest, { decision, came }: PassResult, durationMs: number): void {
    const { log, metrics } = this.#options;
    const fields = { gateway: gateway.meta.name, durationMs: Math.round(durationMs) };
    if (came.kind === "unavailable")
      return log.error({ ...fields, code: came.failure, err: came.message }, "gateway can't be read");
    if (came.kind === "barred")
      return log.warn({ ...fields, code: came.reason, err: came.message }, "nothing may be written to the gateway");
    const { plan } = decision;
    for (const { code } of plan.refusals) metrics.planRefused(code);
    const count = (state: string) => came.outcome.steps.filter((step) => step.state === state).length;
    const isDone = (step: Step) => came.outcome.steps[step.index]?.state === "done" && !isClaim(step); // nobody asked for a claim
    const done = (verb: Step["verb"]) => plan.steps.filter((step) => step.verb === verb && isDone(step)).length;
    if (plan.steps.length === 0) return log.debug(fields, "nothing to do");
    const written = { created: done("create"), updated: done("update"), deleted: done("delete") };
    log.info({ ...fields, ...written, failed: count("failed"), skipped: count("skipped") }, "plan applied");
  }
}

/** Something was not written for want of time alone, and all else that was is well or refused for good. */
function isUnfinished(plan: Plan, { steps }: Outcome): boolean {
  const inTime = steps.map((step) => (step.state === "skipped" && step.isNext === true ? done : step));
  return steps.some((step, at) => step !== inTime[at]) && !hasOpenStep(plan, { steps: inTime });
}

const done: StepOutcome = { state: "done" };

/** Failed or skipped, and not for a refusal: of the step itself or of one that it waits for, however indirectly. */
function hasOpenStep({ steps }: Plan, outcome: Outcome): boolean {
  const refused = new Set<number>();
  let isOpen = false;
  for (const { index, waitsFor } of steps) {
    const result = outcome.steps[index];
    if (result === undefined || result.state === "done") continue;
    const isRefused =
      result.state === "failed" ? result.failure === "rejected" : waitsFor.some((at) => refused.has(at));
    if (isRefused) refused.add(index);
    else isOpen = true;
  }
  return isOpen;
}

function routeStateOf(status: JsonObject): RouteState {
  if (isTrue(status, "Ready")) return "ready";
  return isTrue(status, "Stalled") ? "refused" : "pending";
}

/** The approval names a number, so that it holds for what the person saw and for nothing later. */
function approvedBy(gateway: GatewayManifest): number | undefined {
  const text = gateway.meta.annotations[annotations.approveDeletion];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What the gateway refuses for good waits for a change of the object; everything else that failed is tried again. */
export function verdictOn({ decision, came, isInDoubt }: PassResult, failures: number): Reconciled {
  if (came.kind === "unavailable") return retry;
  // Another's claim is looked at again at the next resync, and when the ApisixGateway changes; all else soon.
  if (came.kind === "barred") return failures === 0 && came.reason === instanceTaken ? settled : retry;
  if (!isInDoubt && failures === 0 && isUnfinished(decision.plan, came.outcome)) return { kind: "unfinished" };
  const waits = came.outcome.steps
    .map((step) => (step.state === "failed" ? step.retryAfterMs : undefined))
    .filter((ms) => ms !== undefined);
  const isCurable = isInDoubt || hasOpenStep(decision.plan, came.outcome);
  if (!isCurable && failures === 0) return settled;
  return { kind: "retry", afterMs: waits.length === 0 ? undefined : waits.reduce((a, b) => Math.max(a, b)) };
}
