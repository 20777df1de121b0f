import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Observed,
  type Outcome,
  type RouteManifest,
  type RouterFlavor,
  Secret,
  type Snapshot,
  type Step,
  adminIdOf,
  pinnedIdOf,
  refOf,
} from "../../core/model/index.ts";
import { type Decision, decide, defaultFlavor } from "../../core/pipeline.ts";
import { ApisixClient } from "../../edges/apisix/index.ts";
import { type Sandbox, startSandbox } from "../../shells/sandbox/index.ts";
import { ask } from "./ask.ts";
import type { StoryRequest } from "./request.ts";

/** What one pass of the operator decided, and what came of each step. */
export interface Pass {
  readonly decision: Decision;
  readonly outcome: Outcome;
}

export interface StageOptions {
  readonly flavor?: RouterFlavor | undefined;
  /** Default: any free port. */
  readonly proxyPort?: number | undefined;
  readonly adminPort?: number | undefined;
}

/** The admin id under which a route stands on the gateway. */
export function idOfRoute(route: RouteManifest): string {
  return pinnedIdOf(route) ?? adminIdOf({ ...refOf(route), kind: route.kind });
}

/** What a gateway's own port usually is, for conditions on it: the sandbox may listen anywhere. */
const usualPort = 9080;

/** A sandbox with a data folder of its own, an operator beside it, and somebody who sends requests. */
export class Stage {
  readonly #folder: string;
  readonly #options: StageOptions;
  #sandbox: Sandbox;
  #client: ApisixClient;

  private constructor(folder: string, options: StageOptions, sandbox: Sandbox) {
    this.#folder = folder;
    this.#options = options;
    this.#sandbox = sandbox;
    this.#client = clientOf(sandbox);
  }

  /** Throws what listening throws (`EADDRINUSE`, …). */
  static async start(options: StageOptions): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), "apisix-route-demo-"));
    try {
      return new Stage(folder, options, await sandboxIn(folder, options));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get proxyUrl(): string {
    return this.#sandbox.proxyUrl;
  }

  get adminUrl(): string {
    return this.#sandbox.adminUrl;
  }

  get adminKey(): string {
    return this.#sandbox.adminKey;
  }

  /** One pass of the real operator: it reads the gateway, decides, and applies. */
  async reconcile(snapshot: Snapshot): Promise<Pass> {
    const decision = decide(snapshot, await this.observe(), {});
    return { decision, outcome: await this.#client.apply(decision.plan) };
  }

  /** Steps by hand, one after another. */
  apply(steps: readonly Step[]): Promise<Outcome> {
    return this.#client.apply({ steps, refusals: [] });
  }

  observe(): Promise<Observed> {
    return this.#client.observe();
  }

  /** The admin id of the route that answered; `undefined` where none did. */
  ask(request: StoryRequest): Promise<string | undefined> {
    return ask(request, this.proxyUrl);
  }

  /** The gateway stops and comes back with what is in its data folder. */
  async restart(): Promise<void> {
    this.#client.close();
    await this.#sandbox.stop();
    this.#sandbox = await sandboxIn(this.#folder, this.#options);
    this.#client = clientOf(this.#sandbox);
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#sandbox.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A stage for as long as the play takes. */
export async function onStage<Result>(options: StageOptions, play: (stage: Stage) => Promise<Result>): Promise<Result> {
  const stage = await Stage.start(options);
  try {
    return await play(stage);
  } finally {
    await stage.stop();
  }
}

function sandboxIn(dataDir: string, options: StageOptions): Promise<Sandbox> {
  return startSandbox({
    dataDir,
    flavor: options.flavor ?? defaultFlavor,
    statedPort: usualPort,
    adminPort: options.adminPort,
    proxyPort: options.proxyPort,
  });
}

function clientOf(sandbox: Sandbox): ApisixClient {
  return new ApisixClient({ urls: [sandbox.adminUrl], key: new Secret(sandbox.adminKey), pace: { concurrency: 1 } });
}
