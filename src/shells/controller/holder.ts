import { type KubeClient, isKubeError, namespaces } from "../../edges/kubernetes/index.ts";

/** Who this cluster is to others that write to the same gateway; or why that can't be said, fit for a condition. */
export type HolderName =
  { readonly uid: string } | { readonly reason: typeof clusterUnknown; readonly message: string };

const clusterUnknown = "ClusterUnknown";

/** The uid of namespace kube-system, which every cluster has and no two share. Asked for once. */
export class Holder {
  readonly #client: KubeClient;
  #uid: string | undefined;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async name(signal: AbortSignal): Promise<HolderName> {
    try {
      this.#uid ??= (
        await this.#client.get(namespaces, { namespace: "", name: "kube-system" }, { signal })
      ).metadata.uid;
    } catch (error) {
      signal.throwIfAborted();
      return unknown(
        isKubeError(error, "forbidden") ? "this operator may not read it" : "the API server does not tell",
      );
    }
    return this.#uid === undefined ? unknown("it has none") : { uid: this.#uid };
  }
}

function unknown(why: string): HolderName {
  return {
    reason: clusterUnknown,
    message:
      `The uid of namespace kube-system says which cluster writes to a gateway, and ${why}. Nothing is written until it is known; ` +
      "the operator needs the verb get on the namespace kube-system.",
  };
}
