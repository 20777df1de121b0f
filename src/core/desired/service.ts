import { type AdminService, type DesiredObject, type ResolvedService, refOf } from "../model/index.ts";
import { displayNameOf } from "./display-name.ts";
import { normalizedHosts } from "./hosts.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
import { upstreamBody } from "./upstream.ts";

/** The Admin service of a GatewayService. */
export function translateService({ manifest, targets }: ResolvedService, instance: string): DesiredObject<"services"> {
  const { spec, meta } = manifest;
  const upstream = targets.upstreamRef;
  const origin = refOf(manifest);
  const body: AdminService = {
    name: displayNameOf(meta),
    ...(spec.desc !== undefined && { desc: spec.desc }),
    ...(spec.hosts !== undefined && { hosts: normalizedHosts(spec.hosts) }),
    ...(spec.plugins !== undefined && { plugins: spec.plugins }),
    ...(upstream !== undefined && { upstream_id: referenceTo(upstream).id }),
    ...(spec.upstream !== undefined && { upstream: upstreamBody(spec.upstream) }),
    ...(spec.enableWebsocket !== undefined && { enable_websocket: spec.enableWebsocket }),
    labels: labelsOf(spec.labels, instance, origin),
  };
  return {
    kind: "services",
    id: referenceTo(manifest).id,
    body,
    origin,
    references: upstream === undefined ? [] : [referenceTo(upstream)],
  };
}
