import { type AdminStreamRoute, type AnyDesired, type ResolvedObject, refOf } from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
import { upstreamBody } from "./upstream.ts";
import { type Context, pluginsWith } from "./source-values.ts";

/** The Admin stream route of a GatewayStreamRoute. No name: APISIX before 3.13 refuses one here. */
export function translateStreamRoute(
  { manifest, targets }: ResolvedObject<"GatewayStreamRoute">,
  context: Context,
): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const { serviceRef: service, upstreamRef: upstream, "protocol.superiorRef": superior } = targets;
  const certificate = targets["upstream.tls.clientCertificateRef"];
  const { plugins, ...hidden } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  const body: AdminStreamRoute = {
    ...(spec.desc !== undefined && { desc: spec.desc }),
    ...(spec.remoteAddr !== undefined && { remote_addr: spec.remoteAddr }),
    ...(spec.serverAddr !== undefined && { server_addr: spec.serverAddr }),
    ...(spec.serverPort !== undefined && { server_port: spec.serverPort }),
    ...(spec.sni !== undefined && { sni: spec.sni }),
    ...(service !== undefined && { service_id: referenceTo(service).id }),
    ...(upstream !== undefined && { upstream_id: referenceTo(upstream).id }),
    ...(spec.upstream !== undefined && { upstream: upstreamBody(spec.upstream, certificate) }),
    ...(plugins !== undefined && { plugins }),
    ...(spec.protocol !== undefined && {
      protocol: {
        name: spec.protocol.name,
        ...(superior !== undefined && { superior_id: referenceTo(superior).id }),
        ...(spec.protocol.conf !== undefined && { conf: spec.protocol.conf }),
        ...(spec.protocol.logger !== undefined && { logger: spec.protocol.logger }),
      },
    }),
    labels: labelsOf(spec.labels, context.instance, origin),
  };
  const references = [service, upstream, superior, certificate]
    .filter((target) => target !== undefined)
    .map(referenceTo);
  return [{ kind: "stream_routes", id: referenceTo(manifest).id, body, ...hidden, origin, references }];
}
