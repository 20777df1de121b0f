import {
  type AdminRoute,
  type DesiredRoute,
  type HostsSource,
  type Labels,
  type PrioritySource,
  type ResolvedRoute,
  type ResourceRef,
  type RouteSpec,
  ownerLabels,
  refOf,
} from "../model/index.ts";
import { displayNameOf } from "./display-name.ts";
import { normalizedHosts } from "./hosts.ts";
import { labelsOf } from "./labels.ts";
import { namedIdOf, referenceTo, referencesTo } from "./reference.ts";
import { type Context, pluginsWith } from "./source-values.ts";
import { upstreamBody } from "./upstream.ts";

/**
 * The Admin route of a GatewayRoute, with the hosts that it answers on written out: the gateway applies routes and
 * services in independent loops, and a route without hosts whose service is not there yet answers on every host.
 */
export function translateRoute(route: ResolvedRoute, context: Context): readonly [DesiredRoute] {
  const { manifest, targets } = route;
  const { serviceRef: service, upstreamRef: upstream, pluginConfigRef: pluginConfig } = targets;
  const certificate = targets["upstream.tls.clientCertificateRef"];
  const { spec, meta } = manifest;
  const origin = refOf(manifest);
  const { hosts, source } = hostsOf(route);
  const { plugins, secrets } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  // There may be a hundred thousand routes: fields are put in one by one, which is far cheaper than as many spreads.
  const body: Draft = {};
  body.name = displayNameOf(meta);
  if (spec.desc !== undefined) body.desc = spec.desc;
  body.uris = spec.uris;
  if (hosts !== undefined) body.hosts = hosts;
  if (spec.methods !== undefined) body.methods = spec.methods;
  if (spec.remoteAddrs !== undefined) body.remote_addrs = spec.remoteAddrs;
  if (spec.vars !== undefined) body.vars = spec.vars;
  if (spec.filterFunc !== undefined) body.filter_func = spec.filterFunc;
  if (spec.enabled === false) body.status = 0;
  if (spec.enableWebsocket !== undefined) body.enable_websocket = spec.enableWebsocket;
  if (spec.timeout !== undefined) body.timeout = spec.timeout;
  if (plugins !== undefined) body.plugins = plugins;
  if (service !== undefined) body.service_id = referenceTo(service).id;
  if (upstream !== undefined) body.upstream_id = referenceTo(upstream).id;
  if (spec.upstream !== undefined) body.upstream = upstreamBody(spec.upstream, certificate);
  if (pluginConfig !== undefined) body.plugin_config_id = referenceTo(pluginConfig).id;
  body.labels = labelsOfRoute(spec, context.instance, origin);
  if (spec.priority !== undefined) body.priority = spec.priority;
  const desired: DesiredRoute = {
    kind: "routes",
    id: namedIdOf(manifest),
    body,
    origin,
    references: referencesTo(targets),
    resolved: route,
    hostsSource: source,
    explicitPriority: spec.priority,
    createdAt: meta.creationTimestamp,
  };
  return [secrets === undefined ? desired : { ...desired, secrets }];
}

type Draft = { -readonly [Field in keyof AdminRoute]: AdminRoute[Field] };

/**
 * One label more, which says whose number it has: ours is kept, an author's never touched. Two words only: a filled 0 that
 * meets its first rival must not cost a write for its label.
 */
function labelsOfRoute({ labels, priority }: RouteSpec, instance: string, origin: ResourceRef): Labels {
  const made = labelsOf(labels, instance, origin);
  made[ownerLabels.prioritySource] = (priority === undefined ? "Specificity" : "Explicit") satisfies PrioritySource;
  return made;
}

/** A route's own hosts replace its service's; nothing is merged. */
function hostsOf({ manifest, targets: { serviceRef: service } }: ResolvedRoute): {
  readonly hosts: readonly string[] | undefined;
  readonly source: HostsSource;
} {
  if (manifest.spec.hosts !== undefined) return { hosts: normalizedHosts(manifest.spec.hosts), source: "Route" };
  if (service?.spec.hosts !== undefined) return { hosts: normalizedHosts(service.spec.hosts), source: "Service" };
  return { hosts: undefined, source: "Any" };
}
