import {
  type AnyDesired,
  type JsonObject,
  type LocalKeyRef,
  type ResolvedObject,
  type SecretPlace,
  type SecretProviderSpec,
  hiddenText,
  idOfResource,
  refOf,
} from "../model/index.ts";
import type { Context } from "./source-values.ts";

/** Where the gateway finds what `$secret://…` names: an object of the kind that its manager wants. */
export function translateSecretProvider(
  { manifest }: ResolvedObject<"GatewaySecretProvider">,
  { instance, valueOf }: Context,
): readonly AnyDesired[] {
  const origin = refOf(manifest);
  const id = idOfResource(manifest, instance);
  if (id === undefined) return [];
  const secrets = placesIn(manifest.spec).map(([path, ref]): SecretPlace => {
    return { path, value: valueOf({ kind: "Secret", namespace: origin.namespace, ...ref }) };
  });
  return [{ kind: "secrets", id, body: bodyOf(manifest.spec), secrets, origin, references: [] }];
}

function bodyOf({ vault, aws, gcp }: SecretProviderSpec): JsonObject {
  if (vault !== undefined) {
    const { uri, prefix, namespace } = vault;
    return { uri, prefix, token: hiddenText, ...(namespace !== undefined && { namespace }) };
  }
  if (aws !== undefined) {
    return {
      access_key_id: aws.accessKeyId,
      secret_access_key: hiddenText,
      ...(aws.sessionTokenFrom !== undefined && { session_token: hiddenText }),
      ...(aws.region !== undefined && { region: aws.region }),
      ...(aws.endpointUrl !== undefined && { endpoint_url: aws.endpointUrl }),
    };
  }
  if (gcp === undefined) return {};
  const { clientEmail, projectId, tokenUri, scope, entriesUri } = gcp.authConfig;
  return {
    auth_config: {
      client_email: clientEmail,
      private_key: hiddenText,
      project_id: projectId,
      ...(tokenUri !== undefined && { token_uri: tokenUri }),
      ...(scope !== undefined && { scope }),
      ...(entriesUri !== undefined && { entries_uri: entriesUri }),
    },
    ...(gcp.sslVerify !== undefined && { ssl_verify: gcp.sslVerify }),
  };
}

function placesIn({ vault, aws, gcp }: SecretProviderSpec): readonly (readonly [readonly string[], LocalKeyRef])[] {
  return [
    ...(vault === undefined ? [] : [[["token"], vault.tokenFrom] as const]),
    ...(aws === undefined ? [] : [[["secret_access_key"], aws.secretAccessKeyFrom] as const]),
    ...(aws?.sessionTokenFrom === undefined ? [] : [[["session_token"], aws.sessionTokenFrom] as const]),
    ...(gcp === undefined ? [] : [[["auth_config", "private_key"], gcp.authConfig.privateKeyFrom] as const]),
  ];
}
