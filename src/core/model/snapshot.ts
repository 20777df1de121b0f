import type {
  AttachedKind,
  GatewayManifest,
  InvalidManifest,
  PluginConfigManifest,
  RouteManifest,
  ResourceRef,
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
  /**
   * Objects that belong to no gateway as things stand (two defaults, a name that is not there): what this gateway has
   * for them, if anything, stays.
   */
  readonly undecided?: readonly (ResourceRef & { readonly kind: AttachedKind })[];
}
