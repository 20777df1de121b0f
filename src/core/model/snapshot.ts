import type {
  GatewayManifest,
  InvalidManifest,
  PluginConfigManifest,
  RouteManifest,
  ServiceManifest,
  UpstreamManifest,
} from "./resources.ts";

/** All resources that attach to one gateway, at one moment. The order of the lists means nothing. */
export interface Snapshot {
  readonly gateway: GatewayManifest;
  readonly routes: readonly RouteManifest[];
  readonly services: readonly ServiceManifest[];
  readonly upstreams: readonly UpstreamManifest[];
  readonly pluginConfigs: readonly PluginConfigManifest[];
  readonly invalid: readonly InvalidManifest[];
}
