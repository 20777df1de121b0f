// Scheduler and kubelet in one, for tests: runs the pods of a real control plane as processes of this machine, each with its
// own root, user, environment and account (test/support/container.ts), and tells the API server how they are. Like the real
// ones it knows only what the API server says. Two things are not as on a node: pods share the machine's network (each has an
// address of its own, 127.244.x.y here where the API server is told 10.244.x.y), and images are folders that the test gives.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Image } from "../image.ts";
import { NodeApi } from "./node-api.ts";
import type { Pod } from "./pod.ts";
import { RunningPod } from "./running-pod.ts";

export type { RunningPod } from "./running-pod.ts";

export interface TestKubeletOptions {
  readonly kubeconfig: string;
  /** By the name that pods give. */
  readonly images: Readonly<Record<string, Image>>;
}

const lookEveryMs = 50;

export class TestKubelet {
  readonly #api: NodeApi;
  readonly #images: Readonly<Record<string, Image>>;
  readonly #node = "here";
  readonly #folder = mkdtempSync(join(tmpdir(), "test-kubelet-"));
  readonly #stopping = new AbortController();
  /** By uid. A pod that has ended stays, for its output. */
  readonly #pods = new Map<string, { readonly pod: Pod; readonly running: RunningPod }>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #looking: Promise<void>;
  #addresses = 0;

  private constructor(api: NodeApi, images: Readonly<Record<string, Image>>) {
    this.#api = api;
    this.#images = images;
    this.#looking = this.#look();
  }

  static async start({ kubeconfig, images }: TestKubeletOptions): Promise<TestKubelet> {
    const api = await NodeApi.open(kubeconfig);
    await api.createNode("here");
    return new TestKubelet(api, images);
  }

  /** Of a namespace: those that run and, for their output, those that have ended. */
  pods(namespace: string): readonly RunningPod[] {
    return [...this.#pods.values()]
      .filter(({ pod }) => pod.metadata.namespace === namespace)
      .map(({ running }) => running);
  }

  /** Kills what still runs; the API server is not told. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    await Promise.all([...this.#pods.values()].map(({ running }) => running.stop(0)));
    await Promise.all(this.#leaving.values());
    await this.#api.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #look(): Promise<void> {
    // oxlint-disable no-await-in-loop -- one look after the other
    while (!this.#stopping.signal.aborted) {
      const pods = await this.#api.pods();
      await Promise.all(pods.map((pod) => this.#tend(pod)));
      for (const [uid, { running }] of this.#pods)
        if (!pods.some(({ metadata }) => metadata.uid === uid)) this.#leave(uid, () => running.stop(0)); // deleted by force
      await sleep(lookEveryMs);
    }
    // oxlint-enable no-await-in-loop
  }

  async #tend(pod: Pod): Promise<void> {
    const { uid, deletionTimestamp, deletionGracePeriodSeconds: grace = 30 } = pod.metadata;
    if (pod.spec.nodeName === undefined) {
      if (deletionTimestamp === undefined) await this.#api.bind(pod, this.#node).catch(() => {}); // it changed: the next look
      return;
    }
    const known = this.#pods.get(uid);
    if (deletionTimestamp !== undefined)
      return this.#leave(uid, async () => {
        await known?.running.stop(grace);
        await this.#api.remove(pod).catch(() => {}); // gone already
      });
    if (known === undefined) this.#pods.set(uid, { pod, running: this.#run(pod) });
  }

  #run(pod: Pod): RunningPod {
    this.#addresses += 1;
    const last = `${Math.floor(this.#addresses / 250)}.${(this.#addresses % 250) + 1}`;
    return new RunningPod({
      api: this.#api,
      pod,
      images: this.#images,
      podIP: `10.244.${last}`,
      address: `127.244.${last}`,
      node: this.#node,
      folder: join(this.#folder, pod.metadata.uid),
    });
  }

  #leave(uid: string, act: () => Promise<void>): void {
    if (!this.#leaving.has(uid)) this.#leaving.set(uid, act());
  }
}
