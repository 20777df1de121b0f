import {
  type AttachedManifest,
  type FieldPath,
  type PluginValueFrom,
  type Step,
  credentialNameOf,
  pinnedIdOf,
  specPathOf,
} from "../model/index.ts";

/**
 * The field of a resource that a place in the body of its Admin object was made from; `undefined` where nobody wrote it.
 */
export function fieldOfPlace(
  object: AttachedManifest,
  { kind, id }: Pick<Step, "kind" | "id">,
  place: FieldPath,
): FieldPath | undefined {
  if (kind === "credentials") return fieldOfCredential(object, id, place);
  const [first] = place;
  if (first === "id" || first === "username")
    return pinnedIdOf(object) === undefined ? ["metadata", "name"] : ["spec", "adminId"];
  if (first === "name") return ["metadata", "name"];
  if ("pluginsFrom" in object.spec) {
    const from = fromSecret(object.spec.pluginsFrom, place);
    if (from !== undefined) return ["spec", ...from];
  }
  return fieldByKind(object, place) ?? specPathOf(renamed(place));
}

function fieldByKind(object: AttachedManifest, place: FieldPath): FieldPath | undefined {
  const [first, second] = place;
  switch (object.kind) {
    case "GatewayRoute":
      // Written out for a route that names none itself.
      return first === "hosts" && object.spec.hosts === undefined ? ["spec", "serviceRef"] : undefined;
    case "GatewayPluginMetadata":
      return ["spec", "metadata", ...place];
    case "GatewayCertificate":
      if (first === "cert" || first === "key") return ["spec", "secretRef"];
      return first === "client" && second === "ca" ? ["spec", "client", "caFrom"] : undefined;
    case "GatewayProto":
      return first === "content" && object.spec.contentFrom !== undefined ? ["spec", "contentFrom"] : undefined;
    case "GatewaySecretProvider": {
      const { vault, aws } = object.spec;
      return specPathOf([vault !== undefined ? "vault" : aws !== undefined ? "aws" : "gcp", ...renamed(place)]);
    }
    case "GatewayService":
    case "GatewayUpstream":
    case "GatewayPluginConfig":
    case "GatewayGlobalRule":
    case "GatewayConsumer":
    case "GatewayConsumerGroup":
    case "GatewayStreamRoute":
      return undefined;
  }
}

function fieldOfCredential(object: AttachedManifest, id: string, place: FieldPath): FieldPath | undefined {
  const credentials = object.kind === "GatewayConsumer" ? (object.spec.credentials ?? []) : [];
  const index = credentials.findIndex(({ name }) => name === credentialNameOf(id));
  const credential = credentials[index];
  if (credential === undefined) return undefined;
  const own = ["spec", "credentials", index];
  if (place[0] === "id") return [...own, "name"];
  return [...own, ...(fromSecret(credential.pluginsFrom, place) ?? place)];
}

/** The entry that takes this place of a plugin out of a Secret. */
function fromSecret(from: readonly PluginValueFrom[] | undefined, place: FieldPath): FieldPath | undefined {
  const index = (from ?? []).findIndex(({ plugin, field }) =>
    ["plugins", plugin, ...field.split(".")].every((step, at) => place[at] === step),
  );
  return index < 0 ? undefined : ["pluginsFrom", index];
}

/** Fields that a resource calls otherwise. */
const names: ReadonlyMap<string | number, string> = new Map([
  ["status", "enabled"],
  ["service_id", "serviceRef"],
  ["upstream_id", "upstreamRef"],
  ["plugin_config_id", "pluginConfigRef"],
  ["group_id", "groupRef"],
  ["client_cert_id", "clientCertificateRef"],
  ["superior_id", "superiorRef"],
  ["token", "tokenFrom"],
  ["secret_access_key", "secretAccessKeyFrom"],
  ["session_token", "sessionTokenFrom"],
  ["private_key", "privateKeyFrom"],
]);

/** Plugins and labels are named by their authors. */
function renamed(place: FieldPath): FieldPath {
  if (place[0] === "plugins" || place[0] === "labels") return place;
  return place.map((step) => names.get(step) ?? step);
}
