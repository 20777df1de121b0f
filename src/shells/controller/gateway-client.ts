import type { GatewayMode, GatewayPace, Learned, Lessons, Observed, Outcome, Plan } from "../../core/model/index.ts";
import type { GatewayStanding } from "../../core/status/index.ts";
import type { ApplyOptions, Credentials } from "../../edges/apisix/index.ts";

/** What a session asks of a gateway, whatever its mode. */
export interface GatewayClient {
  /** Everything that the gateway holds of the kinds that we write. @throws {ModeMismatch} @throws {AdminApiError} */
  observe(signal?: AbortSignal): Promise<Observed>;
  /** What it said it is in its last answer; `undefined` where it hides that. */
  readonly version: string | undefined;
  /** What the lessons name and `known` does not hold, as far as the gateway tells. @throws {AdminApiError} */
  learn(
    version: string | undefined,
    lessons: { readonly lessons: Lessons; readonly known?: Learned | undefined },
    signal?: AbortSignal,
  ): Promise<Learned>;
  /** Carries out a plan. Never throws for what the gateway does. */
  apply(plan: Plan, options?: ApplyOptions): Promise<Outcome>;
  /** The objects of one kind, as they are now. @throws {AdminApiError} */
  list(kind: "upstreams", signal: AbortSignal): Promise<Observed["upstreams"]>;
  /** What it refused, without a step for it, is asked again with the next plan. */
  reconsider?(): void;
  /** How it stands, beside what it holds. */
  standing?(): GatewayStanding;
  setCredentials(credentials: Credentials): void;
  /** How fast it may be written to, from now on. */
  setPace(pace: GatewayPace): void;
  close(): void;
}

/** The gateway is in another mode than its ApisixGateway states; its message is fit for a condition. */
export class ModeMismatch extends Error {
  override readonly name = "ModeMismatch";

  constructor(stated: GatewayMode, found: GatewayMode) {
    super(
      `spec.mode is ${stated}, but this gateway is in ${found} mode. Nothing is written. Correct spec.mode, or leave it out.`,
    );
  }
}
