import type { AdminBodies, AdminKind } from "./admin.ts";
import type { AdminId } from "./ids.ts";
import type { ResourceRef } from "./resources.ts";

/** One object as the gateway should hold it, and where it comes from. */
export interface DesiredObject<Kind extends AdminKind = AdminKind> {
  readonly kind: Kind;
  readonly id: AdminId;
  readonly body: AdminBodies[Kind];
  readonly origin: ResourceRef;
  /** Ids this body refers to, which must be there first. */
  readonly references: readonly { readonly kind: AdminKind; readonly id: AdminId }[];
}

export type HostsSource = "Route" | "Service" | "Any";

export interface DesiredRoute extends DesiredObject<"routes"> {
  /** Where `body.hosts` come from: the route's own, its service's, or none at all. */
  readonly hostsSource: HostsSource;
  /** The number the author wrote; `undefined` asks for one to be filled in. */
  readonly explicitPriority: number | undefined;
  /** RFC 3339; older routes win the last tie. Absent from files. */
  readonly createdAt: string | undefined;
}

export interface Desired {
  readonly routes: readonly DesiredRoute[];
  readonly services: readonly DesiredObject<"services">[];
  readonly upstreams: readonly DesiredObject<"upstreams">[];
  readonly plugin_configs: readonly DesiredObject<"plugin_configs">[];
  /**
   * Objects whose resource is there but could not be translated (bad spec, missing reference): what the gateway holds
   * for them stays as it is.
   */
  readonly held: readonly { readonly kind: AdminKind; readonly id: AdminId; readonly origin: ResourceRef }[];
}
