import type { AttachedManifest, LocalKeyRef, PluginValueFrom, SourceRef } from "../model/index.ts";

/** A value that a resource takes out of a Secret or ConfigMap, and the field that says so. */
export interface Source {
  readonly field: string;
  readonly ref: SourceRef;
}

/** Every value that a resource takes from elsewhere, in the order of the spec. */
export function sourcesIn(manifest: AttachedManifest): readonly Source[] {
  const { namespace } = manifest.meta;
  const secret = (field: string, ref: LocalKeyRef | undefined): readonly Source[] =>
    ref === undefined
      ? []
      : [{ field: `spec.${field}`, ref: { kind: "Secret", namespace, name: ref.name, key: ref.key } }];
  const ofPlugins = (field: string, from: readonly PluginValueFrom[] | undefined) =>
    (from ?? []).flatMap(({ secretRef }, index) => secret(`${field}[${index}].secretRef`, secretRef));
  switch (manifest.kind) {
    case "GatewayRoute":
    case "GatewayService":
    case "GatewayPluginConfig":
    case "GatewayGlobalRule":
    case "GatewayConsumerGroup":
    case "GatewayStreamRoute":
      return ofPlugins("pluginsFrom", manifest.spec.pluginsFrom);
    case "GatewayConsumer":
      return [
        ...ofPlugins("pluginsFrom", manifest.spec.pluginsFrom),
        ...(manifest.spec.credentials ?? []).flatMap(({ pluginsFrom }, index) =>
          ofPlugins(`credentials[${index}].pluginsFrom`, pluginsFrom),
        ),
      ];
    case "GatewayCertificate": {
      const { secretRef, client } = manifest.spec;
      return [
        ...secret("secretRef", { name: secretRef.name, key: certificateKeys.cert }),
        ...secret("secretRef", { name: secretRef.name, key: certificateKeys.key }),
        ...secret("client.caFrom", client?.caFrom),
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
        ...secret("vault.tokenFrom", vault?.tokenFrom),
        ...secret("aws.secretAccessKeyFrom", aws?.secretAccessKeyFrom),
        ...secret("aws.sessionTokenFrom", aws?.sessionTokenFrom),
        ...secret("gcp.authConfig.privateKeyFrom", gcp?.authConfig.privateKeyFrom),
      ];
    }
    case "GatewayUpstream":
    case "GatewayPluginMetadata":
      return [];
  }
}

/** As a Secret of type kubernetes.io/tls has them. */
export const certificateKeys = { cert: "tls.crt", key: "tls.key" } as const;
