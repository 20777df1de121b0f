import type { Snapshot } from "../../core/model/index.ts";
import type { Folder } from "./folder.ts";
import { type Pass, Stage, type StageOptions } from "./stage.ts";

/** Where the first gateway of a folder listens. */
export type Ports = Pick<StageOptions, "adminPort" | "proxyPort">;

/** One gateway of the folder: its sandbox, and the last pass over it. */
export interface Gateway {
  readonly snapshot: Snapshot;
  readonly stage: Stage;
  readonly pass: Pass;
}

/** The sandboxes of a folder, one for each of its gateways. Stop it. */
export class Gateways {
  readonly #ports: Ports;
  readonly #stages = new Map<string, { readonly stage: Stage; readonly router: StageOptions["flavor"] }>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * Brings the sandboxes in step with a folder, a pass each; one whose gateway is gone or has another router is stopped.
   * Returns them in the order of the folder.
   */
  async sync({ snapshots }: Folder): Promise<readonly [Gateway, ...Gateway[]]> {
    const routers = new Map(snapshots.map((snapshot) => [nameOf(snapshot), snapshot.gateway.spec.router]));
    for (const [name, { stage, router }] of this.#stages) {
      if (routers.has(name) && routers.get(name) === router) continue;
      this.#stages.delete(name);
      await stage.stop();
    }
    const [first, ...others] = snapshots;
    const gateways: [Gateway, ...Gateway[]] = [await this.#gatewayOf(first, this.#ports)];
    for (const snapshot of others) gateways.push(await this.#gatewayOf(snapshot, {}));
    return gateways;
  }

  async stop(): Promise<void> {
    const stages = [...this.#stages.values()];
    this.#stages.clear();
    await Promise.all(stages.map(({ stage }) => stage.stop()));
  }

  async #gatewayOf(snapshot: Snapshot, ports: Ports): Promise<Gateway> {
    const { router } = snapshot.gateway.spec;
    const stage = this.#stages.get(nameOf(snapshot))?.stage ?? (await Stage.start({ flavor: router, ...ports }));
    this.#stages.set(nameOf(snapshot), { stage, router });
    return { snapshot, stage, pass: await stage.reconcile(snapshot) };
  }
}

function nameOf({ gateway }: Snapshot): string {
  return gateway.meta.name;
}
