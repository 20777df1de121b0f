import { type JsonObject, isJsonObject } from "../../core/model/index.ts";
import type { KubeClient } from "./client.ts";
import type { Clock } from "./clock.ts";
import { Following } from "./following.ts";
import { Reflector, type ReflectorTimings } from "./reflector.ts";
import { type KubeObject, type ObjectName, endpointSlices } from "./resource.ts";

/** One way to one pod behind a Service. */
export interface Endpoint {
  readonly address: string;
  readonly family: "IPv4" | "IPv6" | "FQDN";
  /** The pod, where it is one: it may have an address of each family. */
  readonly target: string | undefined;
  readonly isReady: boolean;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
}

/** `unread`: not allowed to, or the API server does not answer; what was read before stands as long as nothing better is known. */
export type Endpoints =
  | { readonly kind: "read"; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: "unread"; readonly message: string };

export interface EndpointFollowerOptions {
  readonly client: Pick<KubeClient, "listPages" | "watch">;
  /** The endpoints of this Service were read, changed or became unreadable. */
  readonly onChange: (service: ObjectName) => void;
  readonly timings?: Partial<ReflectorTimings>;
  readonly clock?: Clock;
}

/** Follows the EndpointSlices of the Services that are named, each by a watch of its own. */
export class EndpointFollower {
  readonly #options: EndpointFollowerOptions;
  readonly #following = new Following<readonly Endpoint[]>((name) => this.#start(name));

  constructor(options: EndpointFollowerOptions) {
    this.#options = options;
  }

  /** From now on exactly these. */
  follow(services: readonly ObjectName[]): void {
    this.#following.follow(services);
  }

  /** In no particular order; `undefined` as long as the first answer is outstanding. */
  endpointsOf(service: ObjectName): Endpoints | undefined {
    const reflector = this.#following.of(service);
    const endpoints = reflector?.store.values().flat() ?? [];
    if (endpoints.length > 0) return { kind: "read", endpoints };
    switch (reflector?.state.kind) {
      case "failing":
        return { kind: "unread", message: reflector.state.message };
      case "synced":
        return { kind: "read", endpoints: [] };
      case "starting":
      case undefined:
        return undefined;
    }
  }

  stop(): Promise<void> {
    return this.#following.stop();
  }

  #start(service: ObjectName): Reflector<readonly Endpoint[]> {
    const { onChange, ...options } = this.#options;
    const reflector = new Reflector({
      ...options,
      type: endpointSlices,
      namespace: service.namespace,
      labelSelector: `kubernetes.io/service-name=${service.name}`,
      transform: endpointsIn,
      onChange: () => onChange(service),
      onState: () => onChange(service),
    });
    reflector.start();
    return reflector;
  }
}

/**
 * The endpoints of one slice, each by its first address, as kube-proxy does it. A condition that is left out is true, but one
 * that is terminating is not ready, whatever else is said of it (`publishNotReadyAddresses`).
 * Source: kubernetes/api, discovery/v1/types.go.
 */
function endpointsIn(slice: KubeObject): readonly Endpoint[] {
  const ports = objectsIn(slice["ports"]).flatMap(({ name, port }) =>
    typeof port === "number" ? [{ name: typeof name === "string" ? name : "", port }] : [],
  );
  const family = slice["addressType"];
  if (family !== "IPv4" && family !== "IPv6" && family !== "FQDN") return [];
  return objectsIn(slice["endpoints"]).flatMap(({ addresses, conditions, targetRef }): readonly Endpoint[] => {
    const address: unknown = Array.isArray(addresses) ? addresses[0] : undefined;
    if (typeof address !== "string") return [];
    const { ready, terminating } = isJsonObject(conditions) ? conditions : {};
    const uid = isJsonObject(targetRef) ? targetRef["uid"] : undefined;
    const target = typeof uid === "string" ? uid : undefined;
    return [{ address, family, target, isReady: ready !== false && terminating !== true, ports }];
  });
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
