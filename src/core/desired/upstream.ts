import {
  type AdminUpstream,
  type AnyDesired,
  type ManifestOf,
  type ResolvedObject,
  type UpstreamFields,
  refOf,
} from "../model/index.ts";
import { displayNameOf } from "./display-name.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo, referencesTo } from "./reference.ts";
import type { Context } from "./source-values.ts";

/** The Admin upstream of a GatewayUpstream. */
export function translateUpstream(
  { manifest, targets }: ResolvedObject<"GatewayUpstream">,
  { instance }: Context,
): readonly AnyDesired[] {
  const { spec, meta } = manifest;
  const origin = refOf(manifest);
  const certificate = targets["tls.clientCertificateRef"];
  const body: AdminUpstream = {
    name: displayNameOf(meta),
    ...(spec.desc !== undefined && { desc: spec.desc }),
    ...upstreamBody(spec, certificate),
    labels: labelsOf(spec.labels, instance, origin),
  };
  return [{ kind: "upstreams", id: referenceTo(manifest).id, body, origin, references: referencesTo(targets) }];
}

/** The fields that inline upstreams and GatewayUpstreams share. Seconds stay seconds. */
export function upstreamBody(spec: UpstreamFields, certificate?: ManifestOf<"GatewayCertificate">): AdminUpstream {
  const { keepalivePool: pool } = spec;
  return {
    ...(spec.nodes !== undefined && { nodes: spec.nodes }),
    ...(spec.serviceName !== undefined && { service_name: spec.serviceName }),
    ...(spec.discoveryType !== undefined && { discovery_type: spec.discoveryType }),
    ...(spec.discoveryArgs !== undefined && { discovery_args: spec.discoveryArgs }),
    ...(spec.type !== undefined && { type: spec.type }),
    ...(spec.hashOn !== undefined && { hash_on: spec.hashOn }),
    ...(spec.key !== undefined && { key: spec.key }),
    ...(spec.scheme !== undefined && { scheme: spec.scheme }),
    ...(spec.passHost !== undefined && { pass_host: spec.passHost }),
    ...(spec.upstreamHost !== undefined && { upstream_host: spec.upstreamHost }),
    ...(spec.retries !== undefined && { retries: spec.retries }),
    ...(spec.retryTimeout !== undefined && { retry_timeout: spec.retryTimeout }),
    ...(spec.timeout !== undefined && { timeout: spec.timeout }),
    ...(pool !== undefined && {
      keepalive_pool: {
        ...(pool.size !== undefined && { size: pool.size }),
        ...(pool.idleTimeout !== undefined && { idle_timeout: pool.idleTimeout }),
        ...(pool.requests !== undefined && { requests: pool.requests }),
      },
    }),
    ...(spec.checks !== undefined && { checks: spec.checks }),
    ...((spec.tls?.verify !== undefined || certificate !== undefined) && {
      tls: {
        ...(spec.tls?.verify !== undefined && { verify: spec.tls.verify }),
        ...(certificate !== undefined && { client_cert_id: referenceTo(certificate).id }),
      },
    }),
  };
}
