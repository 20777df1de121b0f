import { type AdminRoute, type DesiredRoute, type HostsSource, type ResolvedRoute, refOf } from "../model/index.ts";
import { displayNameOf } from "./display-name.ts";
import { normalizedHosts } from "./hosts.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
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
  const references = [service, upstream, pluginConfig, certificate]
    .filter((target) => target !== undefined)
    .map(referenceTo);
  const { plugins, ...hidden } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  const body: AdminRoute = {
    name: displayNameOf(meta),
    ...(spec.desc !== undefined && { desc: spec.desc }),
    uris: spec.uris,
    ...(hosts !== undefined && { hosts }),
    ...(spec.methods !== undefined && { methods: spec.methods }),
    ...(spec.remoteAddrs !== undefined && { remote_addrs: spec.remoteAddrs }),
    ...(spec.vars !== undefined && { vars: spec.vars }),
    ...(spec.filterFunc !== undefined && { filter_func: spec.filterFunc }),
    ...(spec.priority !== undefined && { priority: spec.priority }),
    ...(spec.enabled === false && { status: 0 }),
    ...(spec.enableWebsocket !== undefined && { enable_websocket: spec.enableWebsocket }),
    ...(spec.timeout !== undefined && { timeout: spec.timeout }),
    ...(plugins !== undefined && { plugins }),
    ...(service !== undefined && { service_id: referenceTo(service).id }),
    ...(upstream !== undefined && { upstream_id: referenceTo(upstream).id }),
    ...(spec.upstream !== undefined && { upstream: upstreamBody(spec.upstream, certificate) }),
    ...(pluginConfig !== undefined && { plugin_config_id: referenceTo(pluginConfig).id }),
    labels: labelsOf(spec.labels, context.instance, origin),
  };
  return [
    {
      kind: "routes",
      id: referenceTo(manifest).id,
      body,
      ...hidden,
      origin,
      references,
      resolved: route,
      hostsSource: source,
      explicitPriority: spec.priority,
      createdAt: meta.creationTimestamp,
    },
  ];
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
