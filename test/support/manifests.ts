import {
  type AttachedKind,
  type AttachedManifest,
  type AttachedSpecs,
  type GatewayManifest,
  type GatewaySpec,
  type InvalidManifest,
  type ManifestOf,
  type ObjectMeta,
  type PluginConfigManifest,
  type RouteManifest,
  type RouteSpec,
  type ServiceManifest,
  type ServiceSpec,
  type Snapshot,
  type UpstreamManifest,
  type UpstreamSpec,
  byKind,
} from "../../src/core/model/index.ts";

/** Small constructors for tests of core: a name is `namespace/name`, namespace `shop` where none is given. */
export function metaOf(name: string, more: Partial<ObjectMeta> = {}): ObjectMeta {
  const [first = "", second] = name.split("/");
  return {
    namespace: second === undefined ? "shop" : first,
    name: second ?? first,
    generation: 1,
    annotations: {},
    finalizers: [],
    isDeleting: false,
    ...more,
  };
}

export function gateway(name = "main", spec: Partial<GatewaySpec> = {}): GatewayManifest {
  const admin = { urls: ["http://127.0.0.1:9180"], keyFrom: { namespace: "apisix", name: "admin", key: "key" } };
  return { kind: "ApisixGateway", meta: { ...metaOf(name), namespace: "" }, spec: { admin, default: true, ...spec } };
}

export function route(name: string, spec: Partial<RouteSpec> = {}, meta: Partial<ObjectMeta> = {}): RouteManifest {
  return { kind: "GatewayRoute", meta: metaOf(name, meta), spec: { uris: ["/*"], ...spec } };
}

export function service(name: string, spec: ServiceSpec = {}, meta: Partial<ObjectMeta> = {}): ServiceManifest {
  return { kind: "GatewayService", meta: metaOf(name, meta), spec };
}

export function upstream(name: string, spec: UpstreamSpec = {}, meta: Partial<ObjectMeta> = {}): UpstreamManifest {
  return {
    kind: "GatewayUpstream",
    meta: metaOf(name, meta),
    spec: { nodes: [{ host: "127.0.0.1", port: 80, weight: 1 }], ...spec },
  };
}

export function pluginConfig(name: string, meta: Partial<ObjectMeta> = {}): PluginConfigManifest {
  return { kind: "GatewayPluginConfig", meta: metaOf(name, meta), spec: { plugins: { "request-id": {} } } };
}

/** Any attached object. */
export function object<Kind extends AttachedKind>(
  kind: Kind,
  name: string,
  spec: AttachedSpecs[Kind],
  meta: Partial<ObjectMeta> = {},
): ManifestOf<Kind> {
  return { kind, meta: metaOf(name, meta), spec };
}

export function invalid(kind: InvalidManifest["kind"], name: string): InvalidManifest {
  return { kind, meta: metaOf(name), problems: [{ path: "spec.uris", message: "must hold at least one uri" }] };
}

export function snapshotOf(...objects: readonly (AttachedManifest | InvalidManifest)[]): Snapshot {
  const isInvalid = (object: (typeof objects)[number]): object is InvalidManifest => "problems" in object;
  const valid: readonly AttachedManifest[] = objects.flatMap((object) => (isInvalid(object) ? [] : [object]));
  return {
    gateway: gateway(),
    attached: byKind(valid),
    invalid: objects.filter(isInvalid),
  };
}
