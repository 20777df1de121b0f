import { dequal } from "dequal";
import {
  type Ownership,
  digestOf,
  documentAfter,
  jointDocument,
  missingIn,
  nextVersion,
} from "../../../core/plan/index.ts";
import {
  type DocumentList,
  type GatewayPace,
  type GatewayDocument,
  type Observed,
  type Outcome,
  type Owner,
  type Plan,
  type Step,
  type Learned,
  compareIds,
  emptyDocument,
  listOfKind,
  nothingLearned,
  observedOf,
} from "../../../core/model/index.ts";
import {
  AdminApiError,
  type ApplyOptions,
  type Call,
  type Credentials,
  DocumentApi,
  type HeldDocument,
  type Timeouts,
} from "../../../edges/apisix/index.ts";
import { encodeDocument, observedIn } from "../../../wire/admin/index.ts";
import type { GatewayClient } from "../gateway-client.ts";
import { type Reply, carryOut, replyOf } from "./carry-out.ts";
import { Instance, type InstanceReport, type Target } from "./instance.ts";
import type { After } from "./lookout.ts";
import { doneInTime, noInstance, seenInTime } from "./in-time.ts";
import { OwnDigests } from "./own-digests.ts";
import { isItemOf } from "./ownership.ts";

export interface FleetOptions extends Credentials {
  /** Admin addresses, one for each instance. */
  readonly urls: readonly string[];
  readonly pace?: GatewayPace | undefined;
  readonly timeouts?: Partial<Timeouts>;
  readonly onCall?: (call: Call) => void;
  /** An instance became ready or is no longer; `isNews`: one holds what somebody else pushed there, or is something else now. */
  readonly onChange?: (isNews: boolean) => void;
  /** How long the others are waited for once the first one has answered. */
  readonly patienceMs?: number;
  /** Unix milliseconds. */
  readonly clock?: () => number;
  /** Does something once some milliseconds have gone by, unless it is called off. */
  readonly after?: After;
}

/**
 * A gateway without etcd: several instances, each with the whole configuration, as one gateway. What they hold is read
 * as one picture; a plan becomes one document that the first of them accepts or refuses and the others then get, each at
 * its own pace. What was acknowledged here is what an instance that lost it gets back.
 */
export class Fleet implements GatewayClient {
  readonly #options: FleetOptions;
  readonly #patienceMs: number;
  readonly #clock: () => number;
  #credentials: Credentials;
  #pace: GatewayPace;
  #instances = new Map<string, Instance>();
  #target: Target | undefined;
  /** An instance did not say whether it took its share of it, which has this digest. */
  #inDoubt: { readonly target: Target; readonly digest: string } | undefined;
  /** What was last read, and what stands in it: where nothing moved, these are the very objects of before. */
  #seen: { readonly document: GatewayDocument; readonly observed: Observed } | undefined;
  readonly #pushed = new OwnDigests();
  #mayWrite: () => boolean = () => false;
  #owner: Owner | undefined;
  /** What of the gateway's is ours, as far as anybody has said so. */
  #ownership: Ownership = () => false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#credentials = options;
    this.#pace = options.pace ?? {};
    this.#patienceMs = options.patienceMs ?? 2_000;
    this.#clock = options.clock ?? Date.now;
    this.setUrls(options.urls);
  }

  /** These are the instances from now on. One that is new is filled by the next pass. */
  setUrls(urls: readonly string[]): void {
    for (const [url, instance] of this.#instances) if (!urls.includes(url)) instance.close();
    this.#instances = new Map(urls.map((url) => [url, this.#instances.get(url) ?? this.#instanceAt(url)]));
  }

  setCredentials(credentials: Credentials): void {
    this.#credentials = credentials;
    for (const { api } of this.#instances.values()) api.setCredentials(credentials);
  }

  setPace(pace: GatewayPace): void {
    this.#pace = pace;
    for (const { api } of this.#instances.values()) api.setPace(pace);
  }

  close(): void {
    for (const instance of this.#instances.values()) instance.close();
  }

  instances(): readonly InstanceReport[] {
    return [...this.#instances.values()].map((instance) => instance.report());
  }

  observe(signal?: AbortSignal): Promise<Observed> {
    return this.#observe((instance) => instance.look(signal), signal);
  }

  /** What was sent and not answered has arrived all the same. */
  #settleDoubt(held: readonly HeldDocument[]): void {
    const doubt = this.#inDoubt;
    const late = held.find(({ digest }) => digest !== undefined && digest === doubt?.digest);
    if (late === undefined || doubt === undefined) return;
    const { target } = doubt;
    const isWhole = late.digest === target.digest;
    this.#target = { ...target, ...(isWhole && { document: late.document }), pushedAt: late.pushedAt };
  }

  async #observe(how: (instance: Instance) => Promise<unknown>, signal: AbortSignal | undefined): Promise<Observed> {
    const seen = await seenInTime([...this.#instances.values()], how, { signal, patienceMs: this.#patienceMs });
    const held = seen.flatMap((instance) => instance.held ?? []);
    this.#settleDoubt(held);
    const target = this.#target;
    // One that answers later is looked at again: what it holds was not taken into account.
    const standing = seen.flatMap((instance) => instance.acknowledge(target) ?? []);
    const document = jointDocument(standing, {
      target,
      isOurs: (digest) => this.#pushed.has(digest),
      nowMs: this.#clock(),
    });
    this.#target = this.#targetOf(document, held);
    const { version } = this;
    if (this.#seen?.document !== document)
      this.#seen = { document, observed: observedOf(observedIn(document).toSorted(compareIds)) };
    return { ...(version !== undefined && { version }), ...this.#seen.observed };
  }

  async list(kind: "upstreams", signal: AbortSignal): Promise<Observed["upstreams"]> {
    return (await this.#observe((instance) => instance.read(signal), signal))[kind];
  }

  get version(): string | undefined {
    return [...this.#instances.values()].find(({ held }) => held?.version !== undefined)?.held?.version;
  }

  /** Without etcd a gateway serves no schema and no list of plugins; nor does it add defaults to what it is given. */
  learn(version: string | undefined): Promise<Learned> {
    return Promise.resolve({ ...nothingLearned, version, isVersionHidden: version === undefined });
  }

  /** What an instance refused is asked again before long. */
  reconsider(): void {
    for (const instance of this.#instances.values()) instance.reconsider();
  }

  async apply(
    plan: Plan,
    { signal, mayWrite = () => true, foretell, onStep, owner }: ApplyOptions = {},
  ): Promise<Outcome> {
    if (owner !== undefined && !dequal(owner, this.#owner)) {
      this.#owner = owner;
      this.#ownership = (list, item) => isItemOf(owner, list, item, this.#target?.document);
    }
    this.#mayWrite = () => signal?.aborted !== true && mayWrite();
    const foretold = new Map(
      plan.steps.flatMap((step) => {
        const outcome = foretell?.(step);
        return outcome === undefined ? [] : [[step.index, outcome] as const];
      }),
    );
    const outcome = await carryOut(plan.steps, { foretold, offer: (steps) => this.#offer(steps, signal) });
    for (const step of plan.steps) {
      const result = outcome.steps[step.index];
      if (result !== undefined) onStep?.(step, result);
    }
    // Outside of a pass the lease counts alone.
    this.#mayWrite = mayWrite;
    await this.#spread();
    const missing = missingIn([...this.#instances.values()].map((instance) => instance.leftOut()));
    return missing.length === 0 ? outcome : { ...outcome, missing };
  }

  #instanceAt(url: string): Instance {
    const api = new DocumentApi({
      ...this.#credentials,
      url,
      pace: this.#pace,
      ...(this.#options.timeouts && { timeouts: this.#options.timeouts }),
      ...(this.#options.onCall && { onCall: this.#options.onCall }),
      clock: this.#clock,
    });
    return new Instance({
      url,
      api,
      target: () => this.#target,
      isInDoubt: (digest) => digest !== undefined && digest === this.#inDoubt?.digest,
      ownership: () => this.#ownership,
      onSend: (digest) => this.#pushed.add(digest),
      clock: this.#clock,
      isOurs: (digest) => this.#pushed.has(digest),
      mayWrite: () => this.#mayWrite(),
      onChange: (isNews) => this.#options.onChange?.(isNews),
      ...(this.#options.after && { after: this.#options.after }),
    });
  }

  #targetOf(document: GatewayDocument, held: readonly HeldDocument[]): Target {
    if (document === this.#target?.document) return this.#target;
    const text = encodeDocument(document);
    const holder = held.find((one) => one.document === document);
    // Of several it is as young as the youngest.
    const pushedAt = Math.max(this.#target?.pushedAt ?? 0, ...held.map((one) => one.pushedAt));
    return { document, text, digest: holder?.digest ?? digestOf(text), pushedAt: holder?.pushedAt ?? pushedAt };
  }

  /** Offers steps to one instance, on top of what all shall hold; once it has taken them, all shall. */
  async #offer(steps: readonly Step[], signal: AbortSignal | undefined): Promise<Reply> {
    const base = this.#target?.document ?? emptyDocument;
    const document = documentAfter(base, steps, (list) => this.#versionAbove(base, list));
    const text = encodeDocument(document);
    const target = { document, text, digest: digestOf(text), pushedAt: 0 };
    let last: Reply = { kind: "failed", failure: "unreachable", message: noInstance.detail, wasSent: false };
    for (const instance of this.#byPromise()) {
      // oxlint-disable-next-line no-await-in-loop -- the next one only if nothing can be given to this one
      last = await this.#offerTo(instance, target, { steps, signal });
      const isOpen = last.kind === "blocked" || (last.kind === "failed" && last.failure !== "conflict");
      if (!isOpen || signal?.aborted === true) break;
    }
    return last;
  }

  async #offerTo(
    instance: Instance,
    target: Target,
    { steps, signal }: { readonly steps: readonly Step[]; readonly signal: AbortSignal | undefined },
  ): Promise<Reply> {
    const offered = new Set(steps.map(({ kind, id }) => `${listOfKind(kind)}/${id}`));
    const isOffered = (list: string, id: string | undefined) => offered.has(`${list}/${id}`);
    try {
      const given = await instance.take(target, { signal, isOffered });
      if (given.kind === "taken") {
        this.#target = { ...target, pushedAt: given.held.pushedAt };
        this.#inDoubt = undefined;
      }
      return replyOf(given, steps);
    } catch (error) {
      if (!(error instanceof AdminApiError)) throw error;
      const { failure, detail: message, wasSent, retryAfterMs } = error;
      const { unanswered: digest } = instance;
      if (digest !== undefined) this.#inDoubt = { target, digest };
      return { kind: "failed", failure, message, wasSent, retryAfterMs };
    }
  }

  #versionAbove(base: GatewayDocument, list: DocumentList): number {
    const held = [...this.#instances.values()].flatMap((one) => (one.held === undefined ? [] : [one.held.document]));
    return nextVersion(
      [base, ...held].map((document) => document[list].version),
      this.#clock(),
    );
  }

  /** Those that answered last first. */
  #byPromise(): readonly Instance[] {
    return [...this.#instances.values()].toSorted((a, b) => Number(b.isResponsive) - Number(a.isResponsive));
  }

  /** Each instance that does not hold what all shall hold is on its way; the slow and the lost are not waited for. */
  async #spread(): Promise<void> {
    if (this.#target === undefined || !this.#mayWrite()) return;
    const behind: Promise<void>[] = [];
    for (const instance of this.#instances.values()) {
      if (instance.isSettled) instance.listen();
      else behind.push(instance.bring());
    }
    if (behind.length === 0) return;
    await doneInTime(behind, Promise.resolve(), this.#patienceMs);
  }
}
