import {
  type AdminBodies,
  type AdminId,
  type AdminKind,
  type AttachedKind,
  type DesiredObject,
  type DesiredRoute,
  type Observed,
  type ObservedObject,
  type Plan,
  type ResolvedRoute,
  type ResourceRef,
  type Step,
  adminKinds,
  emptyDesired,
  emptyObserved,
  labelsIn,
  managedByValue,
} from "../../../src/core/model/index.ts";

export const ours = { "managed-by": managedByValue, instance: "main" };
const resourceKinds = {
  routes: "GatewayRoute",
  services: "GatewayService",
  upstreams: "GatewayUpstream",
  plugin_configs: "GatewayPluginConfig",
  global_rules: "GatewayGlobalRule",
  plugin_metadata: "GatewayPluginMetadata",
  consumers: "GatewayConsumer",
  credentials: "GatewayConsumer",
  consumer_groups: "GatewayConsumerGroup",
  protos: "GatewayProto",
  ssls: "GatewayCertificate",
  secrets: "GatewaySecretProvider",
  stream_routes: "GatewayStreamRoute",
} as const satisfies Readonly<Record<AdminKind, AttachedKind>>;

/** One desired object; what its body names by id is its references. */
export function desiredObject<Kind extends AdminKind>(
  kind: Kind,
  id: string,
  body: AdminBodies[Kind],
): DesiredObject<Kind> {
  const named = [
    ["services", "service_id"],
    ["upstreams", "upstream_id"],
    ["plugin_configs", "plugin_config_id"],
  ] as const;
  const references = named.flatMap(([target, field]) => {
    const value: unknown = Reflect.get(body, field);
    return typeof value === "string" ? [{ kind: target, id: adminId(value) }] : [];
  });
  const origin = { kind: resourceKinds[kind], namespace: "shop", name: id };
  return { kind, id: adminId(id), body: { ...body, labels: { ...ours, ...labelsIn(body) } }, origin, references };
}

export function desiredRoute(id: string, body: AdminBodies["routes"]): DesiredRoute {
  const object = desiredObject("routes", id, body);
  return {
    ...object,
    resolved: resolvedRoute(object.origin),
    hostsSource: "Any",
    explicitPriority: undefined,
    createdAt: undefined,
  };
}

function resolvedRoute({ namespace, name }: ResourceRef): ResolvedRoute {
  const meta = {
    namespace,
    name,
    uid: name,
    generation: 1,
    creationTimestamp: "2026-01-01T00:00:00Z",
    annotations: {},
    finalizers: [],
    isDeleting: false,
  };
  const manifest = { kind: "GatewayRoute", meta, spec: { uris: ["/"] } } as const;
  return { manifest, targets: {}, problems: [], values: new Map() };
}

export function observedObject<Kind extends AdminKind>(
  kind: Kind,
  id: string,
  value: AdminBodies[Kind],
): ObservedObject<Kind> {
  return { kind, id, value, createdIndex: 1, modifiedIndex: 1 };
}

/** An object on the gateway that carries our labels. */
export function ourObject<Kind extends AdminKind>(
  kind: Kind,
  id: string,
  value: AdminBodies[Kind],
): ObservedObject<Kind> {
  return observedObject(kind, id, { ...value, labels: { ...ours, ...labelsIn(value) } });
}

/** `create routes/a`, one per step. */
export function stepsOf(plan: Plan): readonly string[] {
  return plan.steps.map(({ verb, kind, id }) => `${verb} ${kind}/${id}`);
}

/** What a gateway holds after the steps; as APISIX since 3.14, it adds an id and times and nothing else. */
export function applyInMemory(observed: Observed, steps: readonly Step[]): Observed {
  return steps.reduce(withStep, observed);
}

export function withStep(observed: Observed, { kind, id, body }: Step): Observed {
  const others = (observed[kind] as readonly ObservedObject[]).filter((object) => object.id !== id);
  if (body === undefined) return { ...observed, [kind]: others };
  const stored = { ...structuredClone(body), id, create_time: 1, update_time: 2 };
  return { ...observed, [kind]: [...others, observedObject(kind, id, stored)].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** References of anything on the gateway that name nothing on the gateway. */
export function brokenReferences(observed: Observed): readonly string[] {
  const there = new Set(adminKinds.flatMap((kind) => observed[kind].map(({ id }) => `${kind}/${id}`)));
  const wanted = adminKinds.flatMap((kind) =>
    observed[kind].flatMap(({ value }) =>
      [
        ["services", "service_id"],
        ["upstreams", "upstream_id"],
        ["plugin_configs", "plugin_config_id"],
      ].flatMap(([target = "", field = ""]) => {
        const id: unknown = Reflect.get(value, field);
        return typeof id === "string" ? [`${target}/${id}`] : [];
      }),
    ),
  );
  return wanted.filter((key) => !there.has(key));
}

export { emptyDesired, emptyObserved };

function adminId(id: string): AdminId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tests choose their ids
  return id as AdminId;
}
