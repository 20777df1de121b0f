import { type GatewayManifest, type Secret, annotations } from "../../core/model/index.ts";
import { ApisixClient, type ApisixClientOptions } from "../../edges/apisix/index.ts";
import { GatewaySession, type SessionOptions } from "./gateway-session.ts";

export interface SessionsOptions {
  readonly onCall: NonNullable<ApisixClientOptions["onCall"]>;
  readonly onStep: NonNullable<SessionOptions["onStep"]>;
}

interface Open {
  readonly session: GatewaySession;
  readonly urls: string;
  readonly revision: string;
  readonly key: Secret;
  readonly ca: string | undefined;
}

/** One session per gateway, as long as its addresses stay the same. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** The session of a gateway, with these credentials from now on. An edited ApisixGateway is a reason to look again. */
  open(
    gateway: GatewayManifest,
    { key, ca }: { readonly key: Secret; readonly ca: string | undefined },
  ): GatewaySession {
    const { name } = gateway.meta;
    const urls = JSON.stringify(gateway.spec.admin.urls);
    const revision = revisionOf(gateway);
    const known = this.#open.get(name);
    if (known === undefined || known.urls !== urls) {
      this.close(name);
      const client = new ApisixClient({ urls: gateway.spec.admin.urls, key, ca, onCall: this.#options.onCall });
      const session = new GatewaySession({ client, onStep: this.#options.onStep });
      this.#open.set(name, { session, urls, revision, key, ca });
      return session;
    }
    const { session } = known;
    if (!known.key.equals(key) || known.ca !== ca) session.client.setCredentials({ key, ca });
    if (known.revision !== revision) session.invalidate();
    this.#open.set(name, { session, urls, revision, key, ca });
    return session;
  }

  /** The next pass of this gateway reads it anew. */
  invalidate(name: string): void {
    this.#open.get(name)?.session.invalidate();
  }

  close(name: string): void {
    this.#open.get(name)?.session.client.close();
    this.#open.delete(name);
  }

  closeAll(): void {
    // Deleting from a map while its keys are walked is safe.
    for (const name of this.#open.keys()) this.close(name);
  }
}

/** Annotations of the ApisixGateway that ask for another look. */
const asking = [annotations.force, annotations.approveDeletion, annotations.takeOver];

function revisionOf({ meta }: GatewayManifest): string {
  return JSON.stringify([meta.generation ?? 0, ...asking.map((name) => meta.annotations[name] ?? "")]);
}
