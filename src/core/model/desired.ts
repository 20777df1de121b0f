import { type AdminBodies, type AdminKind, adminKinds } from "./admin.ts";
import type { AdminId } from "./ids.ts";
import type { ResolvedRoute } from "./resolved.ts";
import type { ResourceRef } from "./resources.ts";
import { shelved } from "./shelves.ts";
import type { SecretPlace } from "./sources.ts";

/** Names one object of the Admin API. */
export interface AdminRef {
  readonly kind: AdminKind;
  readonly id: AdminId;
}

/** One object as the gateway should hold it, and where it comes from. */
export interface DesiredObject<Kind extends AdminKind = AdminKind> {
  readonly kind: Kind;
  readonly id: AdminId;
  readonly body: AdminBodies[Kind];
  readonly origin: ResourceRef;
  /** Values out of Secrets, which the body itself does not show. */
  readonly secrets?: readonly SecretPlace[];
  /** Its author wants what stands under this id, whoever made that. */
  readonly isAdoption?: true;
  /** What this body refers to, which must be there first. */
  readonly references: readonly AdminRef[];
}

export type HostsSource = "Route" | "Service" | "Any";

export interface DesiredRoute extends DesiredObject<"routes"> {
  /** What it was made of. */
  readonly resolved: ResolvedRoute;
  /** Where `body.hosts` come from: the route's own, its service's, or none at all. */
  readonly hostsSource: HostsSource;
  /** The number the author wrote; `undefined` asks for one to be filled in. */
  readonly explicitPriority: number | undefined;
  /** RFC 3339; older routes win the last tie. Absent from files. */
  readonly createdAt: string | undefined;
}

/** What is known of one desired object of a kind; routes carry more than others. */
export type DesiredOf<Kind extends AdminKind> = Kind extends "routes" ? DesiredRoute : DesiredObject<Kind>;

type DesiredByKind = { readonly [Kind in AdminKind]: readonly DesiredOf<Kind>[] };
export type AnyDesired = { readonly [Kind in AdminKind]: DesiredOf<Kind> }[AdminKind];

/** What one gateway should hold. Lists are in the order of the ids. */
export type Desired = DesiredByKind & {
  /**
   * Objects whose resource is there but could not be translated (bad spec, missing reference): what the gateway holds
   * for them stays as it is.
   */
  readonly held: readonly HeldObject[];
};

/** `id` is absent where only the spec would tell, and that can't be read: then nothing of this kind is deleted. */
export interface HeldObject {
  readonly kind: AdminKind;
  readonly id?: AdminId;
  readonly origin: ResourceRef;
}

export const emptyDesired: Desired = desiredOf([], []);

export function desiredOf(objects: readonly AnyDesired[], held: Desired["held"]): Desired {
  return { ...shelved<DesiredByKind, AnyDesired>(adminKinds, objects, ({ kind }) => kind), held };
}

/** Every object, kind by kind. */
export function everyDesired(desired: Desired): readonly AnyDesired[] {
  const none: readonly AnyDesired[] = [];
  return none.concat(...adminKinds.map((kind) => desired[kind]));
}
