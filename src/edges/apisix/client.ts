import pLimit from "p-limit";
import {
  type AdminKind,
  type ApisixFailure,
  type GatewayPace,
  type Learned,
  type Lessons,
  type Observed,
  type ObservedObject,
  type Outcome,
  type Owner,
  type Plan,
  type Step,
  type StepOutcome,
  adminKinds,
  labelsIn,
  managedByValue,
  observedOf,
  ownerLabels,
  revealed,
} from "../../core/model/index.ts";
import { decodeList, pathOf } from "../../wire/admin/index.ts";
import { AdminApi } from "./admin-api.ts";
import type { Call } from "./call.ts";
import { type Timeouts, defaultTimeouts } from "./connection.ts";
import type { Credentials } from "./credentials.ts";
import { AdminApiError } from "./errors.ts";
import { learn } from "./learn.ts";
import { runSteps } from "./run-steps.ts";

export interface ApisixClientOptions extends Credentials {
  /** Admin addresses of one gateway, `http://host:9180`; one that answers is used until it stops. */
  readonly urls: readonly string[];
  readonly timeouts?: Partial<Timeouts>;
  readonly pace?: GatewayPace;
  /** Told of every request when its answer is there, or will not come. */
  readonly onCall?: (call: Call) => void;
  /** Milliseconds; default `Date.now`. */
  readonly clock?: () => number;
  /** How long one `apply` goes on sending; default a minute. */
  readonly longestApplyMs?: number;
}

export interface ApplyOptions {
  /** Aborted: nothing more is sent, and what is under way is torn down. */
  readonly signal?: AbortSignal;
  /** Asked right before each write: whether we still hold the lease. */
  readonly mayWrite?: () => boolean;
  /** Asked first: an outcome that is known without sending anything, such as a refusal of the very same body. */
  readonly foretell?: (step: Step) => StepOutcome | undefined;
  /** Whose what carries our labels is: that may be left out where a gateway no longer takes it. */
  readonly owner?: Owner;
  /** Told of each step as soon as it is settled. */
  readonly onStep?: (step: Step, outcome: StepOutcome) => void;
}

/** More side by side gains nothing with one process of APISIX: it writes one object after the other. */
const defaultConcurrency = 10;

/** One APISIX gateway. Holds connections: `close()` it. */
export class ApisixClient {
  readonly #api: AdminApi;
  readonly #clock: () => number;
  readonly #longestApplyMs: number;
  #concurrency: number;

  constructor({
    urls,
    key,
    ca,
    serverName,
    timeouts,
    pace = {},
    onCall = () => {},
    clock = Date.now,
    longestApplyMs = 60_000,
  }: ApisixClientOptions) {
    this.#clock = clock;
    this.#longestApplyMs = longestApplyMs;
    this.#concurrency = pace.concurrency ?? defaultConcurrency;
    this.#api = new AdminApi({
      urls,
      credentials: { key, ca, serverName },
      timeouts: { ...defaultTimeouts, ...timeouts },
      pace: { ...pace, concurrency: this.#concurrency },
      onCall,
      clock,
    });
  }

  /** How fast it may go, from the next plan on; the limit on writes per second at once. */
  setPace(pace: GatewayPace): void {
    this.#concurrency = pace.concurrency ?? defaultConcurrency;
    this.#api.setPace({ ...pace, concurrency: this.#concurrency });
  }

  /** Uses another key or authority from the next call on; calls under way end with the old ones. */
  setCredentials(credentials: Credentials): void {
    this.#api.setCredentials(credentials);
  }

  /** What the gateway said it is in its last answer; `undefined` where it hides that. */
  get version(): string | undefined {
    return this.#api.version;
  }

  /** Closes all connections; calls under way fail. */
  close(): void {
    this.#api.close();
  }

  /**
   * Everything the gateway holds of the kinds that we write: one read each, and one for the credentials of each consumer
   * of ours; all of them whole or an error.
   * @throws {AdminApiError} if one list could not be had; the signal's reason when that was aborted.
   */
  async observe(signal?: AbortSignal): Promise<Observed> {
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const failures: unknown[] = [];
    const list = async (kind: AdminKind, below?: string): Promise<Listed> => {
      try {
        return await this.#list(kind, below, either);
      } catch (error) {
        // One missing list is enough; the first failure is the one that says why.
        failures.push(error);
        stop.abort();
        return { objects: [], version: undefined };
      }
    };
    const answers = await Promise.all(adminKinds.filter((kind) => kind !== "credentials").map((kind) => list(kind)));
    const objects = answers.flatMap((answer) => answer.objects);
    const limit = pLimit(this.#concurrency);
    const credentials = await Promise.all(
      credentialListsOf(objects).map((below) => limit(() => list("credentials", below))),
    );
    signal?.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    const version = answers.find((answer) => answer.version !== undefined)?.version;
    const lacks = answers.flatMap(({ lacked }) => lacked ?? []);
    return {
      ...(version !== undefined && { version }),
      ...(lacks.length > 0 && { lacks }),
      ...observedOf([...objects, ...credentials.flatMap((answer) => answer.objects)]),
    };
  }

  /** Everything the gateway holds of one kind. @throws as `observe`. */
  async list<Kind extends AdminKind>(kind: Kind, signal: AbortSignal): Promise<readonly ObservedObject<Kind>[]> {
    const { objects } = await this.#list(kind, undefined, signal);
    signal.throwIfAborted();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a list of a kind holds objects of that kind
    return objects as readonly ObservedObject<Kind>[];
  }

  /**
   * Learns of the gateway what the lessons name and `known` does not hold. `version` is what it says it is, as `observe`
   * saw it. @throws {AdminApiError} when it can't be asked; what it does not know is no error.
   */
  learn(
    version: string | undefined,
    lessons: { readonly lessons: Lessons; readonly known?: Learned | undefined },
    signal?: AbortSignal,
  ): Promise<Learned> {
    return learn(this.#api, version, lessons, signal);
  }

  /**
   * Carries out a plan: steps side by side as far as they don't wait for each other. A step that fails skips what waits
   * for it and nothing else; but when the gateway stops answering, does not accept the key, we may not write any more, or the
   * time of one plan is over, the rest is skipped. Repeats nothing. Never throws for what the gateway does.
   */
  apply(plan: Plan, { signal, mayWrite, foretell, onStep }: ApplyOptions = {}): Promise<Outcome> {
    let refusedKey: string | undefined;
    const untilMs = this.#clock() + this.#longestApplyMs;
    const halted = () => {
      if (signal?.aborted === true) return "stopped";
      if (mayWrite?.() === false) return "another instance may be in charge";
      return refusedKey;
    };
    // At a slow pace a plan may take hours, in which the world moves on: what is left is planned anew, by what is true then.
    const ended = (): StepOutcome | undefined => {
      const because = halted();
      if (because !== undefined) return { state: "skipped", because };
      return this.#clock() < untilMs ? undefined : outOfTime;
    };
    const perform = async (step: Step): Promise<StepOutcome> => {
      const foretold = foretell?.(step);
      if (foretold !== undefined) return foretold;
      try {
        await this.#write(step, { signal, halted });
        return { state: "done" };
      } catch (error) {
        if (!(error instanceof AdminApiError)) throw error;
        if (error.failure === "unauthorized") refusedKey = error.detail;
        return outcomeOf(error);
      }
    };
    return runSteps(plan.steps, { concurrency: this.#concurrency, perform, halted: ended, onStep });
  }

  async #list(kind: AdminKind, below: string | undefined, signal: AbortSignal): Promise<Listed> {
    const place = below === undefined ? {} : { below };
    const { verdict, version } = await this.#api.call({ method: "GET", kind, ...place, signal });
    // The whole kind was never written to: its folder is not there yet.
    if (verdict.kind === "absent") return { objects: [], version };
    if (verdict.kind === "lacking") return { objects: [], version, lacked: kind };
    const decoded = decodeList(kind, verdict.json);
    if (decoded.ok) return { objects: decoded.value, version };
    const words = decoded.problems
      .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
      .join("; ");
    throw new AdminApiError("badAnswer", `GET /${below ?? kind}`, `JSON, but not a list of the Admin API: ${words}`);
  }

  async #write(
    step: Step,
    limits: { readonly signal: AbortSignal | undefined; readonly halted: () => string | undefined },
  ): Promise<void> {
    const { kind, id } = step;
    const body = step.body && revealed(step.body, step.secrets);
    const method = body === undefined ? "DELETE" : "PUT";
    const { verdict } = await this.#api.call({ method, kind, id, ...(body !== undefined && { body }), ...limits });
    // A DELETE that finds nothing has nothing to do.
    if (verdict.kind === "absent" && method === "PUT")
      throw new AdminApiError(
        "notFound",
        `PUT /${pathOf(kind, id)}`,
        "the gateway says that something it needs is not there",
      );
  }
}

const outOfTime: StepOutcome = { state: "skipped", because: "it is written in its turn", isNext: true };

interface Listed {
  readonly objects: readonly ObservedObject[];
  readonly version: string | undefined;
  readonly lacked?: AdminKind;
}

/**
 * The list of consumers leaves their credentials out, so each consumer that is ours is asked for its own.
 * Source: apache/apisix 3.18, apisix/admin/resource.lua, get().
 */
function credentialListsOf(objects: readonly ObservedObject[]): readonly string[] {
  return objects
    .filter(({ kind, value }) => kind === "consumers" && labelsIn(value)?.[ownerLabels.managedBy] === managedByValue)
    .map(({ kind, id }) => `${pathOf(kind, id)}/credentials`);
}

function outcomeOf({ failure, detail, retryAfterMs, fault, wasSent }: AdminApiError): StepOutcome {
  if (!wasSent) return { state: "skipped", because: detail };
  return {
    state: "failed",
    failure: failure satisfies ApisixFailure,
    message: detail,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(fault !== undefined && { fault }),
  };
}
