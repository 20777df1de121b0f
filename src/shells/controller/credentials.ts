import { type GatewayManifest, Secret, type SecretKeyRef } from "../../core/model/index.ts";
import type { ConditionVerdict } from "../../core/status/index.ts";
import type { SecretFollower } from "../../edges/kubernetes/index.ts";

export type FoundCredentials =
  | { readonly kind: "found"; readonly key: Secret; readonly ca: string | undefined }
  | { readonly kind: "missing"; readonly verdict: ConditionVerdict };

/** The admin key and the authority of a gateway, as its Secrets hold them now. */
export function credentialsOf(gateway: GatewayManifest, secrets: SecretFollower): FoundCredentials {
  const { keyFrom, caFrom } = gateway.spec.admin;
  const key = valueOf(secrets, keyFrom, "spec.admin.keyFrom");
  if (key.kind === "missing") return key;
  // An editor's or `echo`'s line end is no part of a key.
  const trimmed = new Secret(key.value.reveal().trim());
  if (caFrom === undefined) return { kind: "found", key: trimmed, ca: undefined };
  const ca = valueOf(secrets, caFrom, "spec.admin.caFrom");
  return ca.kind === "missing" ? ca : { kind: "found", key: trimmed, ca: ca.value.reveal() };
}

/** The Secrets that gateways refer to, each once. */
export function secretsOf(gateways: readonly GatewayManifest[]): readonly SecretKeyRef[] {
  return gateways.flatMap(({ spec: { admin } }) =>
    admin.caFrom === undefined ? [admin.keyFrom] : [admin.keyFrom, admin.caFrom],
  );
}

type Value =
  { readonly kind: "value"; readonly value: Secret } | { readonly kind: "missing"; readonly verdict: ConditionVerdict };

function valueOf(secrets: SecretFollower, ref: SecretKeyRef, field: string): Value {
  const found = secrets.valueOf(ref);
  const where = `Secret ${ref.namespace}/${ref.name}`;
  switch (found.kind) {
    case "found":
      return { kind: "value", value: found.value };
    case "noSecret":
      return missing("False", "SecretNotFound", `${field}: ${where} is not there. Create it; it is taken up at once.`);
    case "noKey":
      return missing(
        "False",
        "SecretKeyMissing",
        `${field}: ${where} has no key "${ref.key}". Add it, or correct the name of the key.`,
      );
    case "unknown":
      return missing("Unknown", "SecretUnread", `${field}: ${where}: ${found.message}.`);
  }
}

function missing(status: "False" | "Unknown", reason: string, message: string): Value {
  return { kind: "missing", verdict: { status, reason, message } };
}
