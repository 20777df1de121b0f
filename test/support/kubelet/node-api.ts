import { Transport, loadConfig } from "../../../src/edges/kubernetes/index.ts";
import type { Pod } from "./pod.ts";

/** What a scheduler and a kubelet ask of the API server. */
export class NodeApi {
  readonly #transport: Transport;
  /** Of the API server, as its pods are told it. */
  readonly server: URL;

  private constructor(transport: Transport, server: URL) {
    this.#transport = transport;
    this.server = server;
  }

  static async open(kubeconfig: string): Promise<NodeApi> {
    const config = await loadConfig({ kind: "file", path: kubeconfig });
    return new NodeApi(new Transport({ config, userAgent: "test-kubelet" }), config.server);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async createNode(name: string): Promise<void> {
    const ready = {
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      message: "",
      lastHeartbeatTime: now(),
      lastTransitionTime: now(),
    };
    const node = { apiVersion: "v1", kind: "Node", metadata: { name }, status: { conditions: [ready] } };
    await this.#transport.request({ method: "POST", path: "/api/v1/nodes", body: node });
  }

  async pods(): Promise<readonly Pod[]> {
    const list = await this.#transport.request({ method: "GET", path: "/api/v1/pods" });
    return (list as { readonly items: readonly Pod[] }).items; // as the API server answers a list of pods
  }

  async bind(pod: Pod, node: string): Promise<void> {
    const body = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name: pod.metadata.name },
      target: { kind: "Node", name: node },
    };
    await this.#transport.request({ method: "POST", path: `${pathOf(pod)}/binding`, body });
  }

  async patchStatus(pod: Pod, status: object): Promise<void> {
    const contentType = "application/merge-patch+json";
    const body = { metadata: { uid: pod.metadata.uid }, status };
    await this.#transport.request({ method: "PATCH", path: `${pathOf(pod)}/status`, body, contentType });
  }

  /** At once: its containers have ended. */
  async remove(pod: Pod): Promise<void> {
    const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
    await this.#transport.request({ method: "DELETE", path: pathOf(pod), body });
  }

  /** A token of the pod's account, bound to the pod. */
  async token(pod: Pod, expirationSeconds: number, audience: string | undefined): Promise<string> {
    const { name, namespace, uid } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${pod.spec.serviceAccountName ?? "default"}/token`;
    const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid };
    const spec = { expirationSeconds, boundObjectRef, audiences: audience === undefined ? [] : [audience] };
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
    const answer = await this.#transport.request({ method: "POST", path, body });
    return (answer as { readonly status: { readonly token: string } }).status.token; // a TokenRequest that was granted
  }

  /** The content of a ConfigMap or Secret, decoded. */
  async content(
    kind: "configmaps" | "secrets",
    namespace: string,
    name: string,
  ): Promise<Readonly<Record<string, Buffer>>> {
    const answer = await this.#transport.request({
      method: "GET",
      path: `/api/v1/namespaces/${namespace}/${kind}/${name}`,
    });
    const { data = {} } = answer as { readonly data?: Readonly<Record<string, string>> }; // both have this shape
    const encoding = kind === "secrets" ? "base64" : "utf8";
    return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)]));
  }
}

export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

function pathOf({ metadata: { namespace, name } }: Pod): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
