import { type AdminService, type AnyDesired, type ResolvedService, refOf } from "../model/index.ts";
import { displayNameOf } from "./display-name.ts";
import { normalizedHosts } from "./hosts.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo, referencesTo } from "./reference.ts";
import { type Context, pluginsWith } from "./source-values.ts";
import { upstreamBody } from "./upstream.ts";

/** The Admin service of a GatewayService. */
export function translateService({ manifest, targets }: ResolvedService, context: Context): readonly AnyDesired[] {
  const { spec, meta } = manifest;
  const { upstreamRef: upstream, "upstream.tls.clientCertificateRef": certificate } = targets;
  const origin = refOf(manifest);
  const { plugins, ...hidden } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  const body: AdminService = {
    name: displayNameOf(meta),
    ...(spec.desc !== undefined && { desc: spec.desc }),
    ...(spec.hosts !== undefined && { hosts: normalizedHosts(spec.hosts) }),
    ...(plugins !== undefined && { plugins }),
    ...(upstream !== undefined && { upstream_id: referenceTo(upstream).id }),
    ...(spec.upstream !== undefined && { upstream: upstreamBody(spec.upstream, certificate) }),
    ...(spec.enableWebsocket !== undefined && { enable_websocket: spec.enableWebsocket }),
    labels: labelsOf(spec.labels, context.instance, origin),
  };
  return [
    { kind: "services", id: referenceTo(manifest).id, body, ...hidden, origin, references: referencesTo(targets) },
  ];
}
