import type { Secret } from "../../core/model/index.ts";

/** What opens one gateway's Admin API. */
export interface Credentials {
  readonly key: Secret;
  /** PEM of the authority behind the gateway's certificate; default: those that Node trusts. */
  readonly ca?: string | undefined;
  /** What the gateway's certificate must be good for; default: the host of the address. */
  readonly serverName?: string | undefined;
}
