import {
  type Diagnostic,
  type InvalidManifest,
  type PluginConfigManifest,
  type Resolved,
  type ResourceKind,
  type ResourceRef,
  type RouteManifest,
  type ServiceManifest,
  type Snapshot,
  type UpstreamManifest,
  nameOf,
  refOf,
} from "../model/index.ts";
import { isLive } from "./gateway.ts";

/** Follows every reference of the snapshot. What is missing becomes a problem of the object that names it. */
export function resolve(snapshot: Snapshot): Resolved {
  const upstreams = shelf(snapshot.upstreams, snapshot);
  const pluginConfigs = shelf(snapshot.pluginConfigs, snapshot);
  const services = snapshot.services.filter(isLive).map((manifest) => {
    const problems: Diagnostic[] = [];
    const upstream = upstreams.find(manifest, "upstreamRef", "GatewayUpstream", problems);
    return { manifest, upstream, problems };
  });
  const unusable = services.filter(({ problems }) => problems.length > 0).map(({ manifest }) => refOf(manifest));
  const serviceShelf = shelf(snapshot.services, snapshot, new Set(unusable.map(nameOf)));
  const routes = snapshot.routes.filter(isLive).map((manifest) => {
    const problems: Diagnostic[] = [];
    const service = serviceShelf.find(manifest, "serviceRef", "GatewayService", problems);
    const upstream = upstreams.find(manifest, "upstreamRef", "GatewayUpstream", problems);
    const pluginConfig = pluginConfigs.find(manifest, "pluginConfigRef", "GatewayPluginConfig", problems);
    return { manifest, service, upstream, pluginConfig, problems };
  });
  return {
    snapshot,
    routes,
    services,
    upstreams: snapshot.upstreams.filter(isLive),
    pluginConfigs: snapshot.pluginConfigs.filter(isLive),
  };
}

type ReferenceField = "serviceRef" | "upstreamRef" | "pluginConfigRef";
type Referrer = RouteManifest | ServiceManifest;
type Target = ServiceManifest | UpstreamManifest | PluginConfigManifest;

interface Shelf<Item extends Target> {
  find(from: Referrer, field: ReferenceField, kind: ResourceKind, problems: Diagnostic[]): Item | undefined;
}

/** The objects of one kind that can be referred to, by namespace and name. */
function shelf<Item extends Target>(
  items: readonly Item[],
  snapshot: Snapshot,
  unusable: ReadonlySet<string> = new Set(),
): Shelf<Item> {
  const byName = new Map(items.map((item) => [`${item.meta.namespace}/${item.meta.name}`, item]));
  return {
    find(from, field, kind, problems) {
      const wanted: { readonly name: string } | undefined = (
        from.spec as Partial<Record<ReferenceField, { readonly name: string }>>
      )[field]; // every referrer has a subset of these fields
      if (wanted === undefined) return undefined;
      const target: ResourceRef = { kind, namespace: from.meta.namespace, name: wanted.name };
      const found = byName.get(`${target.namespace}/${target.name}`);
      if (found !== undefined && isLive(found) && !unusable.has(nameOf(target))) return found;
      problems.push(missing(from, field, target, stateOf(found, target, snapshot, unusable)));
      return undefined;
    },
  };
}

type Absence = "absent" | "deleting" | "invalid" | "unusable";

function stateOf(
  found: Target | undefined,
  target: ResourceRef,
  snapshot: Snapshot,
  unusable: ReadonlySet<string>,
): Absence {
  if (found !== undefined) return isLive(found) ? (unusable.has(nameOf(target)) ? "unusable" : "absent") : "deleting";
  const isTarget = ({ kind, meta }: InvalidManifest) =>
    kind === target.kind && meta.namespace === target.namespace && meta.name === target.name;
  return snapshot.invalid.some(isTarget) ? "invalid" : "absent";
}

const sentences: Readonly<Record<Absence, readonly [message: string, fix: string]>> = {
  absent: ["is not on this gateway", "Create it (the order does not matter), or correct the name."],
  deleting: ["is being deleted", "Let this refer to another one, or create it again once it is gone."],
  invalid: ["has an invalid spec", "See its status."],
  unusable: ["itself refers to something that is not there", "See its status."],
};

function missing(from: Referrer, field: ReferenceField, target: ResourceRef, absence: Absence): Diagnostic {
  const [state, fix] = sentences[absence];
  return {
    code: "ReferenceNotFound",
    severity: "error",
    object: refOf(from),
    field: `spec.${field}`,
    message: `${nameOf(target)} ${state}.`,
    why: "The last good version, if there is one, stays on the gateway until the reference can be followed.",
    fix,
    related: [{ ref: target }],
  };
}
