import { readFileSync } from "node:fs";
import { type GatewayManifest, type Observed, Secret, type SecretKeyRef } from "../../core/model/index.ts";
import type { Cluster } from "../../edges/kubernetes/index.ts";
import { CannotDo, sentenceOf } from "../exit.ts";

/** What opens the Admin API of one gateway. */
export interface AdminAccess {
  readonly urls: readonly string[];
  readonly key: Secret;
  /** PEM. */
  readonly ca: string | undefined;
}

/** How a person hands over a key: in a file, or as it is. */
export interface TypedAccess {
  readonly adminUrl: string | undefined;
  readonly keyFile: string | undefined;
  readonly key: string | undefined;
  readonly caFile: string | undefined;
}

/** A person waits: shorter than the operator's own patience. */
const timeouts = { connectMs: 2_000, idleMs: 10_000, readMs: 30_000 };

/** Everything the gateway holds. Throws what the client throws; its text holds no key. */
export async function observe({ urls, key, ca }: AdminAccess, signal: AbortSignal): Promise<Observed> {
  const { ApisixClient } = await import("../../edges/apisix/index.ts");
  const client = new ApisixClient({ urls, key, ca, timeouts });
  try {
    return await client.observe(signal);
  } finally {
    client.close();
  }
}

/** The key as typed; `undefined`: none was. Throws `CannotDo`. */
export function typedKey({ keyFile, key }: TypedAccess): Secret | undefined {
  const text = keyFile === undefined ? key : contentOf(keyFile).trim();
  if (text === "") throw new CannotDo(`${keyFile ?? "--key"} holds no key.`);
  return text === undefined ? undefined : new Secret(text);
}

export function typedAuthority({ caFile }: TypedAccess): string | undefined {
  return caFile === undefined ? undefined : contentOf(caFile);
}

/**
 * What the ApisixGateway and its Secrets say, where a person has not said otherwise. Throws `CannotDo` and what the
 * cluster's client throws.
 */
export async function accessOf(
  { spec: { admin } }: GatewayManifest,
  typed: TypedAccess,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<AdminAccess> {
  const fromSecret = async (ref: SecretKeyRef) => {
    const { readSecretKey } = await import("../../edges/kubernetes/index.ts");
    const found = await readSecretKey(cluster.client, ref, signal);
    if (found.kind === "found") return found.value;
    const where = `Secret ${ref.namespace}/${ref.name}`;
    throw new CannotDo(found.kind === "noKey" ? `${where} has no key "${ref.key}"` : `${where} is not there`);
  };
  const key = typedKey(typed) ?? new Secret((await fromSecret(admin.keyFrom)).reveal().trim());
  const ca = typedAuthority(typed) ?? (admin.caFrom && (await fromSecret(admin.caFrom)).reveal());
  if (typed.adminUrl !== undefined) return { urls: [typed.adminUrl], key, ca };
  if (admin.urls !== undefined) return { urls: admin.urls, key, ca };
  throw new CannotDo("this ApisixGateway names a Service, whose endpoints are not looked up here: give --admin-url");
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CannotDo(`${file} can't be read: ${sentenceOf(error)}`);
  }
}
