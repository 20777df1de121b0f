import type { Secret } from "../../core/model/index.ts";

/** What opens one gateway's Admin API. */
export interface Credentials {
  readonly key: Secret;
  /** PEM of the authority behind the gateway's certificate; default: those that Node trusts. */
  readonly ca?: string | undefined;
}
