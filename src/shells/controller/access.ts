import type { GatewayMode, GatewayPace, Learned, Observed, Outcome, Plan } from "../../core/model/index.ts";
import type { GatewayStanding } from "../../core/status/index.ts";
import {
  AdminApiError,
  ApisixClient,
  type ApplyOptions,
  type Call,
  type Credentials,
  type Timeouts,
} from "../../edges/apisix/index.ts";
import { type GatewayClient, ModeMismatch } from "./gateway-client.ts";
import { Fleet } from "./standalone/fleet.ts";
import type { After } from "./standalone/lookout.ts";

export interface AccessOptions extends Credentials {
  readonly urls: readonly string[];
  /** What the gateway must be; `undefined`: what it is. */
  readonly mode?: GatewayMode | undefined;
  readonly pace?: GatewayPace | undefined;
  readonly timeouts?: Partial<Timeouts>;
  /** Unix milliseconds. */
  readonly clock?: () => number;
  readonly after?: After;
  readonly onCall: (call: Call) => void;
  /** Something has changed without our doing; `isNews`: what the gateway holds, too. */
  readonly onChange: (isNews: boolean) => void;
}

/** The way to one gateway, whatever it runs on: found out when it is first read, and again when it is another one. */
export class Access implements GatewayClient {
  readonly #options: AccessOptions;
  #urls: readonly string[];
  #credentials: Credentials;
  #mode: GatewayMode | undefined;
  #pace: GatewayPace;
  /** What it seems to be; it has not yet answered well. */
  #guess: GatewayMode = "etcd";
  readonly #clients: { etcd?: ApisixClient; standalone?: Fleet } = {};

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#urls = options.urls;
    this.#credentials = options;
    this.#mode = options.mode;
    this.#pace = options.pace ?? {};
  }

  /** Other addresses. Instances that are still there keep what is known of them. */
  setUrls(urls: readonly string[]): void {
    this.#urls = urls;
    this.#clients.etcd?.close();
    delete this.#clients.etcd;
    this.#clients.standalone?.setUrls(urls);
  }

  setCredentials(credentials: Credentials): void {
    this.#credentials = credentials;
    for (const client of Object.values(this.#clients)) client.setCredentials(credentials);
  }

  setPace(pace: GatewayPace): void {
    this.#pace = pace;
    for (const client of Object.values(this.#clients)) client.setPace(pace);
  }

  close(): void {
    for (const client of Object.values(this.#clients)) client.close();
  }

  standing(): GatewayStanding {
    const instances = this.#mode === "standalone" ? this.#clients.standalone?.instances() : undefined;
    return { mode: this.#mode, instances: instances ?? [] };
  }

  /** @throws {ModeMismatch} @throws {AdminApiError} */
  async observe(signal?: AbortSignal): Promise<Observed> {
    const mode = this.#mode ?? this.#guess;
    try {
      const observed = await this.#clientOf(mode).observe(signal);
      this.#mode = mode;
      return observed;
    } catch (error) {
      if (!(error instanceof AdminApiError) || error.failure !== "notFound") throw error;
      return this.#observeAs(mode === "etcd" ? "standalone" : "etcd", error, signal);
    }
  }

  list(kind: "upstreams", signal: AbortSignal): Promise<Observed["upstreams"]> {
    return this.#current.list(kind, signal);
  }

  get version(): string | undefined {
    return this.#current.version;
  }

  learn(...about: Parameters<GatewayClient["learn"]>): Promise<Learned> {
    return this.#current.learn(...about);
  }

  apply(plan: Plan, options?: ApplyOptions): Promise<Outcome> {
    return this.#current.apply(plan, options);
  }

  reconsider(): void {
    this.#clients.standalone?.reconsider();
  }

  get #current(): ApisixClient | Fleet {
    return this.#clientOf(this.#mode ?? this.#guess);
  }

  /** Where there is no such thing in one mode, it may be a gateway in the other. */
  async #observeAs(mode: GatewayMode, error: AdminApiError, signal: AbortSignal | undefined): Promise<Observed> {
    const observed = await this.#clientOf(mode)
      .observe(signal)
      .catch((other: unknown) => {
        const isThere = other instanceof AdminApiError && other.failure !== "notFound";
        if (!isThere) throw error;
        this.#guess = mode; // there is no such thing in the other mode, and something in this one
        // Where one was found before, only what wants another key is surely not that one any more.
        throw this.#mode === undefined || other.failure === "unauthorized" ? other : error;
      });
    const { mode: stated } = this.#options;
    if (stated !== undefined) {
      this.#drop(mode);
      throw new ModeMismatch(stated, mode);
    }
    this.#drop(mode === "etcd" ? "standalone" : "etcd");
    this.#mode = mode;
    return observed;
  }

  /** Nothing is pushed in the background to a gateway that is another one now. */
  #drop(mode: GatewayMode): void {
    this.#clients[mode]?.close();
    delete this.#clients[mode];
  }

  #clientOf(mode: GatewayMode): ApisixClient | Fleet {
    const options = { ...this.#options, ...this.#credentials, urls: this.#urls, pace: this.#pace };
    if (mode === "etcd") return (this.#clients.etcd ??= new ApisixClient(options));
    return (this.#clients.standalone ??= new Fleet(options));
  }
}
