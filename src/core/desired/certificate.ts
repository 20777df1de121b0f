import {
  type AdminSsl,
  type AnyDesired,
  type LocalKeyRef,
  type ResolvedObject,
  hash16,
  hiddenText,
  ownerLabels,
  refOf,
} from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
import { certificateKeys } from "./sources-in.ts";
import type { Context } from "./source-values.ts";

/**
 * The Admin SSL object of a GatewayCertificate. The gateway never shows a key again, so a label says which one was
 * written: a hash of a private key gives nothing away.
 */
export function translateCertificate(
  { manifest }: ResolvedObject<"GatewayCertificate">,
  { instance, valueOf }: Context,
): readonly AnyDesired[] {
  const { spec, meta } = manifest;
  const origin = refOf(manifest);
  const valueAt = (ref: LocalKeyRef) => valueOf({ kind: "Secret", namespace: meta.namespace, ...ref });
  const key = valueAt({ name: spec.secretRef.name, key: certificateKeys.key });
  const { client } = spec;
  const body: AdminSsl = {
    ...(spec.type !== undefined && { type: spec.type }),
    cert: valueAt({ name: spec.secretRef.name, key: certificateKeys.cert }).reveal(),
    key: hiddenText,
    ...(spec.snis !== undefined && { snis: spec.snis }),
    ...(client !== undefined && {
      client: {
        ca: valueAt(client.caFrom).reveal(),
        ...(client.depth !== undefined && { depth: client.depth }),
        ...(client.skipMtlsUriRegex !== undefined && { skip_mtls_uri_regex: client.skipMtlsUriRegex }),
      },
    }),
    ...(spec.sslProtocols !== undefined && { ssl_protocols: spec.sslProtocols }),
    ...(spec.enabled === false && { status: 0 }),
    labels: { ...labelsOf(spec.labels, instance, origin), [ownerLabels.keyHash]: hash16(key.reveal()) },
  };
  const secrets = [{ path: ["key"], value: key }];
  return [{ kind: "ssls", id: referenceTo(manifest).id, body, secrets, origin, references: [] }];
}
