import type { RequestOptions } from "node:https";
import type { DispatcherOptions, KubeConfig } from "@kubernetes/client-node";
import { Secret } from "../../core/model/index.ts";

/**
 * Where the cluster is described. `default` is kubectl's rule: KUBECONFIG, else ~/.kube/config, else the service account
 * of the pod. `root` is put before `/var/run/secrets/…` (a test's stand-in for a pod).
 */
export type ConfigSource =
  | { readonly kind: "default"; readonly context?: string }
  | { readonly kind: "file"; readonly path: string; readonly context?: string }
  | { readonly kind: "inCluster"; readonly root?: string };

/** How to connect and who we are, at one moment: certificates, tokens and CA rotate. */
export interface Connection {
  /** Authorization and impersonation; what they hold is secret. */
  readonly headers: readonly (readonly [name: string, value: Secret])[];
  readonly tls: TlsOptions;
  readonly proxy: { readonly kind: "none" } | { readonly kind: "http" | "socks"; readonly uri: string };
}

export interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

export interface ClusterConfig {
  /** Of the API server, a path included where a proxy wants one. */
  readonly server: URL;
  readonly context: string;
  /** The context's namespace, in a pod the pod's; "default" where none is named. */
  readonly namespace: string;
  /** Reads certificates and tokens as they are now; exec plugins and login flows keep what they have until it expires. */
  readonly connect: () => Promise<Connection>;
  /** The same from scratch, the kubeconfig included: after a 401, nothing remembered is to be trusted. */
  readonly reconnect: () => Promise<Connection>;
}

/** The kubeconfig is missing, unreadable or incomplete. The text never quotes it, since it holds credentials. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads a cluster's configuration. Throws `ConfigError`. Loads client-node, half a second, on first use only. */
export async function loadConfig(source: ConfigSource): Promise<ClusterConfig> {
  let loaded = await load(source);
  const server = serverOf(loaded);
  const context = loaded.getCurrentContext();
  return {
    server,
    context,
    namespace: loaded.getContextObject(context)?.namespace?.trim() || "default",
    connect: () => connectionOf(loaded),
    reconnect: async () => {
      loaded = await load(source);
      return connectionOf(loaded);
    },
  };
}

async function load(source: ConfigSource): Promise<KubeConfig> {
  const { KubeConfig: Loader } = await import("@kubernetes/client-node");
  const config = new Loader();
  await orConfigError(`cannot read ${nameOf(source)}`, () => read(config, source));
  if (source.kind !== "inCluster" && source.context !== undefined) {
    if (config.getContextObject(source.context) === null)
      throw new ConfigError(`${nameOf(source)} has no context "${source.context}"`);
    config.setCurrentContext(source.context);
  }
  return config;
}

function read(config: KubeConfig, source: ConfigSource): void {
  switch (source.kind) {
    case "default":
      return config.loadFromDefault();
    case "file":
      return config.loadFromFile(source.path);
    case "inCluster":
      return config.loadFromCluster(source.root ?? "");
  }
}

function nameOf(source: ConfigSource): string {
  switch (source.kind) {
    case "default":
      return "the default kubeconfig";
    case "file":
      return source.path;
    case "inCluster":
      return "the pod's service account";
  }
}

function serverOf(config: KubeConfig): URL {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ConfigError("the kubeconfig has no current context, or its cluster is not described");
  // What client-node makes up when it finds nothing. Source: kubernetes-client/javascript 2.0.1, src/config.ts, loadFromDefault().
  if (config.getCurrentContext() === "loaded-context" && cluster.server === "http://localhost:8080")
    throw new ConfigError("no cluster: KUBECONFIG is not set, there is no ~/.kube/config, and this is not a pod");
  const server = URL.parse(cluster.server);
  if (server === null) throw new ConfigError(`the server of cluster "${cluster.name}" is not a URL`);
  return server;
}

async function connectionOf(config: KubeConfig): Promise<Connection> {
  const options: RequestOptions = {};
  return orConfigError("cannot read the cluster's credentials", async () => {
    await config.applyToHTTPSOptions(options);
    const { headers = {}, auth, ca, cert, key, rejectUnauthorized, servername } = options;
    const present = Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(
      ([, value]) => value != null,
    );
    const tls: TlsOptions = Object.fromEntries(present); // buffers, as applyToHTTPSOptions reads them
    const basic = auth == null ? [] : [["Authorization", `Basic ${Buffer.from(auth).toString("base64")}`] as const];
    return {
      headers: [...Object.entries(headers), ...basic].map(([name, value]) => [name, headerOf(value)]),
      tls,
      proxy: proxyOf(config.createDispatcherOptions(config.getCurrentCluster(), present.length > 0 ? tls : {})),
    };
  });
}

/** Token files end in a newline, which is no part of the token. */
function headerOf(value: unknown): Secret {
  return new Secret(typeof value === "string" ? value.trim() : "");
}

function proxyOf(options: DispatcherOptions): Connection["proxy"] {
  switch (options.type) {
    case "agent":
    case "none":
      return { kind: "none" };
    case "proxy":
      return { kind: "http", uri: options.uri };
    case "socks":
      return { kind: "socks", uri: options.uri };
  }
}

async function orConfigError<Value>(what: string, act: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    // The first line alone, and no cause: a YAML error quotes the lines around it, tokens and all.
    const line = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    throw new ConfigError(`${what}: ${line}`);
  }
}
