import { type GatewayManifest, type GatewayMode, type Secret, annotations } from "../../core/model/index.ts";
import type { Call } from "../../edges/apisix/index.ts";
import type { FoundAddresses } from "./addresses.ts";
import { Access, type AccessOptions } from "./access.ts";
import { GatewaySession, type SessionOptions } from "./gateway-session.ts";

export interface SessionsOptions {
  readonly onCall: (call: Call) => void;
  /** A gateway needs a pass, for a reason that is not in the cluster. */
  readonly onChange: (gateway: string) => void;
  readonly onStep: NonNullable<SessionOptions["onStep"]>;
  readonly onRefused: NonNullable<SessionOptions["onRefused"]>;
}

interface Open {
  readonly session: GatewaySession;
  readonly access: Access;
  readonly mode: GatewayMode | undefined;
  /** What the ApisixGateway says of its Admin API: with another it may be another gateway. */
  readonly admin: string;
  readonly urls: string;
  readonly serverName: string | undefined;
  readonly revision: string;
  readonly key: Secret;
  readonly ca: string | undefined;
}

/** One session per gateway, as long as it is there and of one mode. */
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
    { urls: addresses, serverName }: Pick<FoundAddresses & { kind: "found" }, "urls" | "serverName">,
  ): GatewaySession {
    const { name } = gateway.meta;
    const { mode, pace } = gateway.spec;
    const urls = JSON.stringify(addresses);
    const admin = JSON.stringify(gateway.spec.admin);
    const revision = revisionOf(gateway);
    let known = this.#open.get(name);
    if (known !== undefined && (known.mode !== mode || known.serverName !== serverName)) {
      this.close(name);
      known = undefined;
    }
    const access = known?.access ?? this.#accessTo(name, { urls: addresses, serverName, mode, pace, key, ca });
    const session = known?.session ?? this.#sessionOf(access);
    if (known !== undefined) {
      if (!known.key.equals(key) || known.ca !== ca) access.setCredentials({ key, ca, serverName });
      if (known.urls !== urls) access.setUrls(addresses);
      if (known.revision !== revision) access.setPace(pace ?? {});
      if (known.admin !== admin) session.forget();
      else if (known.revision !== revision || known.urls !== urls) session.invalidate();
    }
    this.#open.set(name, { session, access, mode, admin, urls, serverName, revision, key, ca });
    return session;
  }

  /** The next pass of this gateway reads it anew. */
  invalidate(name: string): void {
    this.#open.get(name)?.session.invalidate();
  }

  /** There is nothing to talk to for now. What is known of the gateway is kept. */
  withdraw(name: string): void {
    const known = this.#open.get(name);
    if (known === undefined) return;
    known.access.setUrls([]);
    this.#open.set(name, { ...known, urls: "[]" });
  }

  close(name: string): void {
    this.#open.get(name)?.access.close();
    this.#open.delete(name);
  }

  closeAll(): void {
    // Deleting from a map while its keys are walked is safe.
    for (const name of this.#open.keys()) this.close(name);
  }

  #sessionOf(client: Access): GatewaySession {
    const { onStep, onRefused } = this.#options;
    return new GatewaySession({ client, onStep, onRefused });
  }

  #accessTo(name: string, where: Omit<AccessOptions, "onCall" | "onChange">): Access {
    const { onCall, onChange } = this.#options;
    return new Access({
      ...where,
      onCall,
      onChange: (isNews) => {
        if (isNews) this.invalidate(name);
        onChange(name);
      },
    });
  }
}

/** Annotations of the ApisixGateway that ask for another look. */
const asking = [annotations.force, annotations.approveDeletion, annotations.takeOver];

function revisionOf({ meta }: GatewayManifest): string {
  return JSON.stringify([meta.generation ?? 0, ...asking.map((name) => meta.annotations[name] ?? "")]);
}
