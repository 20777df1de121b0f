import { Secret, type SecretKeyRef, type SourceState, isJsonObject } from "../../core/model/index.ts";
import type { KubeClient } from "./client.ts";
import type { Clock } from "./clock.ts";
import { isKubeError } from "./errors.ts";
import { Following } from "./following.ts";
import { Reflector, type ReflectorReport, type ReflectorTimings } from "./reflector.ts";
import { type KubeObject, type ObjectName, type ResourceType, secrets, storeKeyOf } from "./resource.ts";

/** What one key of a Secret holds. `unknown`: not read yet, or not allowed to; `message` says which. */
export type SecretValue =
  | { readonly kind: "found"; readonly value: Secret }
  | { readonly kind: "noSecret" }
  | { readonly kind: "noKey" }
  | { readonly kind: "unknown"; readonly message: string };

/** Reads one key of a Secret, once. Throws as the client does, save that a missing Secret is a value. */
export async function readSecretKey(client: KubeClient, ref: SecretKeyRef, signal?: AbortSignal): Promise<SecretValue> {
  try {
    return keyOf(contentOf(await client.get(secrets, ref, signal === undefined ? {} : { signal })), ref.key);
  } catch (error) {
    if (isKubeError(error, "notFound")) return { kind: "noSecret" };
    throw error;
  }
}

export interface SecretFollowerOptions {
  readonly client: Pick<KubeClient, "listPages" | "watch">;
  /** Default: Secrets. ConfigMaps are read the same way. */
  readonly type?: ResourceType;
  /** A followed object was read, changed, went away or became unreadable. */
  readonly onChange: (name: ObjectName) => void;
  readonly observe?: (report: ReflectorReport) => void;
  readonly timings?: Partial<ReflectorTimings>;
  readonly clock?: Clock;
}

/**
 * Follows the Secrets that are referred to, each by a watch of its own: no permission to list all Secrets is needed, and
 * none is held in memory that nobody asked for.
 */
export class SecretFollower {
  readonly #options: SecretFollowerOptions;
  readonly #following = new Following<SecretContent>((name) => this.#start(name));

  constructor(options: SecretFollowerOptions) {
    this.#options = options;
  }

  /** From now on exactly these. */
  follow(names: readonly ObjectName[]): void {
    this.#following.follow(names);
  }

  valueOf(ref: SecretKeyRef): SecretValue {
    const reflector = this.#following.of(ref);
    if (reflector === undefined) return { kind: "unknown", message: "this Secret is not followed" };
    const content = reflector.store.valueOf(storeKeyOf(ref));
    // What was read before a failure is the last we know, and better than nothing: an admin key stays usable.
    if (content !== undefined) return keyOf(content, ref.key);
    switch (reflector.state.kind) {
      case "starting":
        return { kind: "unknown", message: "this Secret has not been read yet" };
      case "failing":
        return { kind: "unknown", message: reflector.state.message };
      case "synced":
        return { kind: "noSecret" };
    }
  }

  /** The whole of a followed object; `undefined` as long as the first answer is outstanding. */
  stateOf(name: ObjectName): SourceState | undefined {
    const reflector = this.#following.of(name);
    const values = reflector?.store.valueOf(storeKeyOf(name));
    if (values !== undefined) return { kind: "read", values };
    switch (reflector?.state.kind) {
      case "starting":
      case undefined:
        return undefined;
      case "failing":
        return { kind: "unread", message: reflector.state.message };
      case "synced":
        return { kind: "absent" };
    }
  }

  stop(): Promise<void> {
    return this.#following.stop();
  }

  #start(name: ObjectName): Reflector<SecretContent> {
    const { onChange, type = secrets, ...options } = this.#options;
    const reflector = new Reflector({
      ...options,
      type,
      namespace: name.namespace,
      fieldSelector: `metadata.name=${name.name}`,
      transform: type === secrets ? contentOf : textsOf,
      onChange: () => onChange(name),
      onState: () => onChange(name),
    });
    reflector.start();
    return reflector;
  }
}

type SecretContent = ReadonlyMap<string, Secret>;

function contentOf(object: KubeObject): SecretContent {
  const data = isJsonObject(object["data"]) ? object["data"] : {};
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return new Map(texts.map(([key, text]) => [key, new Secret(Buffer.from(text, "base64").toString("utf8"))]));
}

function textsOf(object: KubeObject): SecretContent {
  const data = isJsonObject(object["data"]) ? object["data"] : {};
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return new Map(texts.map(([key, text]) => [key, new Secret(text)]));
}

function keyOf(content: SecretContent, key: string): SecretValue {
  const value = content.get(key);
  return value === undefined ? { kind: "noKey" } : { kind: "found", value };
}
