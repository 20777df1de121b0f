import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import { leaseName } from "../../core/model/index.ts";
import {
  type ClusterConfig,
  EndpointFollower,
  EventRecorder,
  KubeClient,
  type LeaseTimings,
  LeaseLost,
  type Leadership,
  SecretFollower,
  Transport,
  acquireLease,
} from "../../edges/kubernetes/index.ts";
import type { RunningServer } from "../../edges/http/index.ts";
import type { Logger, Metrics } from "../../edges/telemetry/index.ts";
import { servicesOf } from "./addresses.ts";
import { Controller } from "./controller.ts";
import { secretsOf } from "./credentials.ts";
import { Holder } from "./holder.ts";
import { keysOf, unattachedKey } from "./keys.ts";
import { startProbes } from "./probes.ts";
import { Publisher } from "./publisher.ts";
import { Sessions } from "./sessions.ts";
import { SourceFollower } from "./sources.ts";
import { WorkQueue } from "./workqueue.ts";
import { World, sorted } from "./world.ts";

export interface OperatorOptions {
  readonly config: ClusterConfig;
  /** Namespace of the Lease. */
  readonly namespace: string;
  /** Namespaces to watch; empty: all. */
  readonly watchNamespaces: readonly string[];
  /** Unique among the replicas; the default is host name and a random part. */
  readonly identity?: string | undefined;
  readonly probes: { readonly host: string; readonly port: number };
  /** How often each gateway is read anew, in milliseconds; 10 % more or less, at random. */
  readonly resyncMs: number;
  /** How long a burst of changes is collected. */
  readonly coalesceMs: number;
  readonly lease?: LeaseTimings;
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** How long passes under way may take to end once a stop was asked for. */
const drainMs = 20_000;

/** A gateway that was away is asked again soon: a request every half minute is no load. */
export const retries = { firstMs: 500, longestMs: 30_000, jitter: 0.2 };

/** A pass that takes longer is stuck: no gateway and no timeout of ours takes so long. */
const stuckMs = 600_000;

/** The operator, from its first informer to its last released Lease. */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #identity: string;
  readonly #transport: Transport;
  readonly #client: KubeClient;
  readonly #recorder: EventRecorder;
  readonly #world: World;
  readonly #secrets: SecretFollower;
  readonly #endpoints: EndpointFollower;
  readonly #sources: SourceFollower;
  readonly #sessions: Sessions;
  readonly #queue: WorkQueue<string>;
  readonly #controller: Controller;
  /** Aborted to end passes that would not end by themselves. */
  readonly #cut = new AbortController();
  readonly #stopping = new AbortController();
  #probes: RunningServer | undefined;
  #leadership: Leadership | undefined;

  constructor(options: OperatorOptions) {
    const { config, log, metrics } = options;
    this.#options = options;
    this.#identity = options.identity ?? `${hostname()}_${randomUUID()}`;
    this.#transport = new Transport({
      config,
      userAgent: `apisix-route-operator/${options.version}`,
      observe: (report) => metrics.kubeRequest(report),
    });
    this.#client = new KubeClient(this.#transport);
    this.#recorder = new EventRecorder({
      client: this.#client,
      reportingController: "apisix-operator.dev/apisix-route-operator",
      reportingInstance: this.#identity.slice(0, 128),
      observe: (report) => report.kind === "failed" && log.warn({ err: report.error }, "event could not be written"),
    });
    this.#sources = new SourceFollower({ client: this.#client, onChange: (gateway) => this.#add(gateway) });
    this.#secrets = new SecretFollower({ client: this.#client, onChange: () => this.#addGateways() });
    this.#endpoints = new EndpointFollower({ client: this.#client, onChange: () => this.#addGateways() });
    this.#world = new World({
      client: this.#client,
      namespaces: options.watchNamespaces,
      onChange: (objects) => {
        for (const key of keysOf(objects, this.#gatewayNames())) this.#add(key);
        if (objects.some(({ kind }) => kind === "ApisixGateway")) this.#follow();
      },
      onState: (kind, state) => {
        if (state.kind === "failing")
          log.warn({ kind, code: state.failure, err: state.message }, "informer can't list");
        if (state.kind === "synced") log.debug({ kind }, "informer has synced");
        if (this.#world.isWhole) this.#addAll();
      },
    });
    this.#sessions = new Sessions({
      onCall: (call) => metrics.adminCall(call),
      onChange: (gateway) => this.#add(gateway),
      onStep: (step, outcome) => {
        metrics.planStep(step, outcome);
        if (outcome.state === "failed") {
          const fields = { kind: step.kind, adminId: step.id, code: outcome.failure, err: outcome.message };
          log.warn(fields, "write failed");
        }
      },
      onRefused: ({ kind, id, outcome: { failure, message } }) =>
        log.warn({ kind, adminId: id, code: failure, err: message }, "no longer taken"),
    });
    this.#queue = new WorkQueue<string>({
      work: (key) => this.#work(key),
      onError: (key, err) => log.error({ gateway: key, err }, "pass failed"),
      workers: 4,
      retry: retries,
      coalesceMs: options.coalesceMs,
      observe: {
        onAdd: () => metrics.queueAdded(),
        onRetry: () => metrics.queueRetried(),
        onStart: (queuedSeconds) => metrics.queueWaited(queuedSeconds * 1000),
        onDone: (workedSeconds) => metrics.queueWorked(workedSeconds * 1000),
      },
    });
    metrics.watchQueue(() => this.#queue.measure());
    this.#controller = new Controller({
      client: this.#client,
      world: this.#world,
      secrets: this.#secrets,
      endpoints: this.#endpoints,
      sources: this.#sources,
      sessions: this.#sessions,
      publisher: new Publisher({
        client: this.#client,
        recorder: this.#recorder,
        onError: ({ kind, meta }, err) =>
          log.warn({ kind, namespace: meta.namespace, name: meta.name, err }, "status could not be written"),
      }),
      metrics,
      log,
      holder: new Holder(this.#client),
      namespaces: options.watchNamespaces.length === 0 ? undefined : new Set(options.watchNamespaces),
      mayWrite: () => this.#mayWrite(),
      now: () => new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    });
  }

  /**
   * Runs until `stop` is asked for (resolves) or the Lease is lost (rejects with `LeaseLost`: the process must end, since
   * another may be writing). Probes answer from the first moment; only the leader passes over gateways.
   */
  async run(stop: AbortSignal): Promise<void> {
    const { log, probes, metrics } = this.#options;
    this.#probes = await startProbes({
      ...probes,
      isAlive: () => this.#queue.measure().runningMs.every((ms) => ms < stuckMs),
      isReady: () => this.#world.hasSynced && !this.#stopping.signal.aborted,
      exposition: () => metrics.exposition(),
    });
    log.info({ probes: this.#probes.url, identity: this.#identity }, "operator started");
    stop.addEventListener("abort", () => this.#stopping.abort(), { once: true });
    if (stop.aborted) this.#stopping.abort();
    this.#world.start();
    try {
      await this.#lead(this.#stopping.signal);
    } finally {
      await this.#shutDown();
    }
  }

  async #lead(stop: AbortSignal): Promise<void> {
    const { namespace, lease, log, metrics } = this.#options;
    const leadership = await acquireLease(
      {
        client: this.#client,
        namespace,
        name: leaseName,
        identity: this.#identity,
        ...(lease !== undefined && { timings: lease }),
        onError: (err) => log.warn({ err }, "lease could not be written"),
      },
      stop,
    ).catch((error: unknown) => {
      if (stop.aborted) return undefined;
      throw error;
    });
    if (leadership === undefined) return;
    this.#leadership = leadership;
    metrics.leading(true);
    log.info({ identity: this.#identity }, "leading");
    this.#addAll();
    await ended(AbortSignal.any([stop, leadership.lost]));
    metrics.leading(false);
    if (leadership.lost.aborted) {
      this.#cut.abort(leadership.lost.reason);
      throw new LeaseLost("the Lease was lost");
    }
  }

  /** In reverse order of the start; the Lease goes last but for the connections, when nothing of ours writes any more. */
  async #shutDown(): Promise<void> {
    this.#stopping.abort();
    if (!(await this.#queue.stop(this.#cut.signal.aborted ? 0 : drainMs))) this.#cut.abort();
    this.#sessions.closeAll();
    await this.#recorder.stop(2000);
    await this.#leadership?.release();
    await Promise.all([this.#world.stop(), this.#secrets.stop(), this.#endpoints.stop(), this.#sources.stop()]);
    await this.#transport.close();
    await this.#probes?.stop(500);
    this.#options.log.info("operator stopped");
  }

  async #work(key: string): Promise<void> {
    const { metrics } = this.#options;
    if (!this.#mayWrite()) return;
    const startedMs = performance.now();
    metrics.reconcileStarted();
    try {
      const result = await this.#controller.reconcile(key, this.#cut.signal);
      metrics.reconcileEnded(result.kind === "settled" ? "success" : "requeue", performance.now() - startedMs);
      if (result.kind === "retry") this.#queue.addAfterFailure(key, result.afterMs);
      else this.#queue.forget(key);
      if (result.kind === "unfinished") this.#queue.add(key);
    } catch (error) {
      metrics.reconcileEnded("error", performance.now() - startedMs);
      throw error;
    } finally {
      this.#resyncLater(key);
    }
  }

  /** Reads the gateway anew now and then: what somebody changed there by hand, or lost, is found. */
  readonly #resyncs = new Map<string, NodeJS.Timeout>();

  #resyncLater(key: string): void {
    // However busy a gateway is, its time comes: a pass does not put it off.
    if (this.#resyncs.has(key) || this.#stopping.signal.aborted || !this.#gatewayNames().includes(key)) return;
    const delayMs = this.#options.resyncMs * (0.9 + 0.2 * Math.random());
    const again = () => {
      this.#resyncs.delete(key);
      this.#sessions.invalidate(key);
      this.#add(key);
    };
    this.#resyncs.set(key, setTimeout(again, delayMs).unref());
  }

  #mayWrite(): boolean {
    return this.#leadership?.mayWrite() === true;
  }

  /** Followers keep their caches warm and their hands off. */
  #add(key: string): void {
    if (this.#leadership !== undefined) this.#queue.add(key);
  }

  #addAll(): void {
    this.#addGateways();
    this.#add(unattachedKey);
  }

  #addGateways(): void {
    for (const name of this.#gatewayNames()) this.#add(name);
  }

  #gatewayNames(): readonly string[] {
    return this.#world.gateways().map(({ meta }) => meta.name);
  }

  /** What gateways refer to. */
  #follow(): void {
    const { manifests } = sorted(this.#world.gateways());
    const gateways = manifests.filter((object) => object.kind === "ApisixGateway");
    this.#secrets.follow(secretsOf(gateways));
    this.#endpoints.follow(servicesOf(gateways));
  }
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
