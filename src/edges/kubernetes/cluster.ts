import { KubeClient } from "./client.ts";
import { type ClusterConfig, type ConfigSource, loadConfig } from "./config.ts";
import { Transport, type TransportOptions } from "./transport.ts";

/** A cluster to talk to. `close` breaks off what still runs and closes every connection. */
export interface Cluster {
  readonly config: ClusterConfig;
  readonly client: KubeClient;
  readonly close: () => Promise<void>;
}

/** Reads the configuration and makes a client; connects to nothing yet. Throws `ConfigError`. */
export async function openCluster(
  source: ConfigSource,
  options: Omit<TransportOptions, "config"> = {},
): Promise<Cluster> {
  const config = await loadConfig(source);
  const transport = new Transport({ ...options, config });
  return { config, client: new KubeClient(transport), close: () => transport.close() };
}
