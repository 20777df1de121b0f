import type { Diagnostic } from "./diagnostic.ts";
import type { PluginConfigManifest, RouteManifest, ServiceManifest, UpstreamManifest } from "./resources.ts";
import type { Snapshot } from "./snapshot.ts";

export interface ResolvedRoute {
  readonly manifest: RouteManifest;
  readonly service: ServiceManifest | undefined;
  readonly upstream: UpstreamManifest | undefined;
  readonly pluginConfig: PluginConfigManifest | undefined;
  /** References that name nothing usable; such a route is held at its last good version. */
  readonly problems: readonly Diagnostic[];
}

export interface ResolvedService {
  readonly manifest: ServiceManifest;
  readonly upstream: UpstreamManifest | undefined;
  readonly problems: readonly Diagnostic[];
}

/** A snapshot with its references followed; objects that are being deleted are left out. */
export interface Resolved {
  readonly snapshot: Snapshot;
  readonly routes: readonly ResolvedRoute[];
  readonly services: readonly ResolvedService[];
  readonly upstreams: readonly UpstreamManifest[];
  readonly pluginConfigs: readonly PluginConfigManifest[];
}
