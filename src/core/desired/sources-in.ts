import type { AttachedManifest, LocalKeyRef, PluginValueFrom, SourceRef } from "../model/index.ts";

/** A value that a resource takes out of a Secret or ConfigMap, and the field that says so. */
export interface Source {
  readonly field: string;
  readonly ref: SourceRef;
}

/** Every value that a resource takes from elsewhere, in the order of the spec. */
export function sourcesIn(manifest: AttachedManifest): readonly Source[] {
  const { namespace } = manifest.meta;
  switch (manifest.kind) {
    case "GatewayRoute":
    case "GatewayService":
    case "GatewayPluginConfig":
    case "GatewayGlobalRule":
    case "GatewayConsumerGroup":
    case "GatewayStreamRoute":
      return ofPlugins(namespace, "pluginsFrom", manifest.spec.pluginsFrom);
    case "GatewayConsumer":
      return [
        ...ofPlugins(namespace, "pluginsFrom", manifest.spec.pluginsFrom),
        ...(manifest.spec.credentials ?? []).flatMap(({ pluginsFrom }, index) =>
          ofPlugins(namespace, `credentials[${index}].pluginsFrom`, pluginsFrom),
        ),
      ];
    case "GatewayCertificate": {
      const { secretRef, client } = manifest.spec;
      return [
        ...secret(namespace, "secretRef", { name: secretRef.name, key: certificateKeys.cert }),
        ...secret(namespace, "secretRef", { name: secretRef.name, key: certificateKeys.key }),
        ...secret(namespace, "client.caFrom", client?.caFrom),
      ];
    }
    case "GatewayProto": {
      const { contentFrom } = manifest.spec;
      if (contentFrom === undefined) return [];
      return [{ field: "spec.contentFrom", ref: { kind: "ConfigMap", namespace, ...contentFrom } }];
    }
    case "GatewaySecretProvider": {
      const { vault, aws, gcp } = manifest.spec;
      return [
        ...secret(namespace, "vault.tokenFrom", vault?.tokenFrom),
        ...secret(namespace, "aws.secretAccessKeyFrom", aws?.secretAccessKeyFrom),
        ...secret(namespace, "aws.sessionTokenFrom", aws?.sessionTokenFrom),
        ...secret(namespace, "gcp.authConfig.privateKeyFrom", gcp?.authConfig.privateKeyFrom),
      ];
    }
    case "GatewayUpstream":
    case "GatewayPluginMetadata":
      return none;
  }
}

const none: readonly Source[] = [];

function secret(namespace: string, field: string, ref: LocalKeyRef | undefined): readonly Source[] {
  if (ref === undefined) return none;
  return [{ field: `spec.${field}`, ref: { kind: "Secret", namespace, name: ref.name, key: ref.key } }];
}

function ofPlugins(namespace: string, field: string, from: readonly PluginValueFrom[] | undefined): readonly Source[] {
  if (from === undefined) return none;
  return from.flatMap(({ secretRef }, index) => secret(namespace, `${field}[${index}].secretRef`, secretRef));
}

/** As a Secret of type kubernetes.io/tls has them. */
export const certificateKeys = { cert: "tls.crt", key: "tls.key" } as const;
