import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Container } from "../container.ts";
import type { Image } from "../image.ts";
import { type NodeFields, environmentOf, expand, mountsOf } from "./furnish.ts";
import { type NodeApi, now } from "./node-api.ts";
import type { ContainerSpec, Pod } from "./pod.ts";
import { probe } from "./prober.ts";

export interface RunningPodOptions {
  readonly api: NodeApi;
  readonly pod: Pod;
  /** By the name that a container gives. */
  readonly images: Readonly<Record<string, Image>>;
  /** What the API server is told; on this machine it is `address`. */
  readonly podIP: string;
  readonly address: string;
  readonly node: string;
  /** For its volumes. */
  readonly folder: string;
}

/** Waits before a container that ended is started again. Source: kubernetes/kubernetes, pkg/kubelet/kubelet.go, MaxCrashLoopBackOff: 10 s, doubled. */
const firstBackoffMs = 10_000;

/** A pod of one container on this machine, from its first start to its end. */
export class RunningPod {
  readonly #options: RunningPodOptions;
  readonly #spec: ContainerSpec;
  readonly #fields: NodeFields;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  readonly #startedAt = now();
  #container: Container | undefined;
  #isReady = false;
  #readySince = now();
  #restarts = 0;
  #output = "";
  #reported = "";

  constructor(options: RunningPodOptions) {
    const [container, ...more] = options.pod.spec.containers;
    if (container === undefined || more.length > 0) throw new Error("this kubelet runs pods of one container");
    this.#options = options;
    this.#spec = container;
    this.#fields = { "status.podIP": options.podIP, "status.hostIP": "10.0.0.1", "spec.nodeName": options.node };
    this.#done = this.#run();
  }

  get name(): string {
    return this.#options.pod.metadata.name;
  }

  get address(): string {
    return this.#options.address;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** How often its container was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Of the container that runs now. */
  get pid(): number {
    return this.#container?.pid ?? -1;
  }

  /** What all its containers have said. */
  get output(): string {
    return this.#output + (this.#container?.output ?? "");
  }

  signal(signal: NodeJS.Signals): void {
    this.#container?.signal(signal);
  }

  /** SIGTERM, the pod's grace, SIGKILL. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stopping.abort();
    await this.#container?.stop(graceSeconds);
    await this.#done;
  }

  async #run(): Promise<void> {
    const stop = this.#stopping.signal;
    // oxlint-disable no-await-in-loop -- one container after the other
    while (!stop.aborted) {
      let code: number | string;
      try {
        code = await this.#runOnce();
      } catch (error) {
        await this.#report("Pending", { waiting: { reason: "CreateContainerError", message: String(error) } });
        await sleep(1000, undefined, { signal: stop }).catch(() => {});
        continue;
      }
      if (stop.aborted) return;
      const policy = this.#options.pod.spec.restartPolicy ?? "Always";
      const terminated = {
        exitCode: typeof code === "number" ? code : 137,
        reason: code === 0 ? "Completed" : "Error",
      };
      if (policy === "Never" || (policy === "OnFailure" && code === 0))
        return this.#report(code === 0 ? "Succeeded" : "Failed", { terminated });
      await this.#report("Running", { waiting: { reason: "CrashLoopBackOff" } });
      const backoffMs = this.#restarts === 0 ? 0 : firstBackoffMs * 2 ** (this.#restarts - 1);
      await sleep(backoffMs, undefined, { signal: stop }).catch(() => {});
      this.#restarts += 1;
    }
    // oxlint-enable no-await-in-loop
  }

  /** Starts a container and probes it until it has ended; returns how it did. */
  async #runOnce(): Promise<number | string> {
    const container = await this.#start();
    this.#container = container;
    await this.#report("Running", { running: { startedAt: now() } });
    const ended = new AbortController();
    const probing = probe(
      {
        container: this.#spec,
        address: this.#options.address,
        onReady: (isReady) => void this.#becomes(isReady),
        onDead: () => void container.stop(this.#options.pod.spec.terminationGracePeriodSeconds ?? 30),
      },
      AbortSignal.any([ended.signal, this.#stopping.signal]),
    );
    const code = await container.ended;
    ended.abort();
    await probing;
    this.#output += container.output;
    this.#container = undefined;
    this.#isReady = false;
    return code;
  }

  async #start(): Promise<Container> {
    const { api, pod, images, folder, address } = this.#options;
    const image = images[this.#spec.image];
    if (image === undefined) throw new Error(`ErrImagePull: ${this.#spec.image}`);
    const { runAsUser, runAsGroup, runAsNonRoot } = { ...pod.spec.securityContext, ...this.#spec.securityContext };
    const user = { uid: runAsUser ?? image.user.uid, gid: runAsGroup ?? image.user.gid };
    if (runAsNonRoot === true && user.uid === 0)
      throw new Error("container has runAsNonRoot and image will run as root");
    const volumes = join(folder, String(this.#restarts));
    mkdirSync(volumes, { recursive: true });
    const mounts = await mountsOf(api, pod, this.#spec, this.#fields, volumes);
    const env = await environmentOf(api, pod, this.#spec, this.#fields);
    // A pod has a network of its own and these share the machine's: "any address" becomes the one of the pod.
    const here = (text: string) => expand(text, env).replaceAll("0.0.0.0", address);
    return new Container({
      image,
      command: this.#spec.command?.map(here),
      args: this.#spec.args?.map(here),
      env,
      mounts,
      user,
      hostname: pod.metadata.name,
    });
  }

  async #becomes(isReady: boolean): Promise<void> {
    if (this.#isReady === isReady) return;
    this.#isReady = isReady;
    this.#readySince = now();
    await this.#report("Running", { running: { startedAt: this.#startedAt } });
  }

  async #report(phase: string, state: object): Promise<void> {
    const { api, pod, podIP } = this.#options;
    const isReady = this.#isReady && phase === "Running" && !("waiting" in state);
    const condition = (type: string, holds: boolean) => ({
      type,
      status: holds ? "True" : "False",
      lastTransitionTime: holds ? this.#readySince : this.#startedAt,
    });
    const status = {
      phase,
      startTime: this.#startedAt,
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [
        condition("PodScheduled", true),
        condition("Initialized", true),
        condition("ContainersReady", isReady),
        condition("Ready", isReady),
      ],
      containerStatuses: [
        {
          name: this.#spec.name,
          image: this.#spec.image,
          imageID: "",
          ready: isReady,
          started: phase === "Running",
          restartCount: this.#restarts,
          state,
        },
      ],
    };
    const text = JSON.stringify(status);
    if (text === this.#reported) return;
    this.#reported = text;
    await api.patchStatus(pod, status).catch(() => {}); // it was deleted meanwhile
  }
}
