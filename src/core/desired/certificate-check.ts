import { type KeyObject, X509Certificate, createPrivateKey } from "node:crypto";
import {
  type Diagnostic,
  type ManifestOf,
  type Resolved,
  type Secret,
  type Snapshot,
  type SourceRef,
  refOf,
  sourceKeyOf,
} from "../model/index.ts";
import { certificateKeys } from "./sources-in.ts";

type Moment = Pick<Snapshot, "sources" | "takenAt">;
type Manifest = ManifestOf<"GatewayCertificate">;

/** What keeps a certificate from being written: it can't be read, its key does not fit, or its time is over. */
export function certificateProblems(manifest: Manifest, snapshot: Moment): readonly Diagnostic[] {
  const pair = pairOf(manifest, snapshot);
  if (pair === undefined) return [];
  const certificate = certificateIn(pair.cert.reveal());
  if (certificate === undefined) return [problem(manifest, `${certificateKeys.cert} holds no certificate in PEM.`)];
  const key = privateKeyIn(pair.key.reveal());
  if (key === undefined) return [problem(manifest, `${certificateKeys.key} holds no private key in PEM.`)];
  if (!certificate.checkPrivateKey(key)) return [problem(manifest, "The private key does not fit the certificate.")];
  if (snapshot.takenAt !== undefined && certificate.validToDate < new Date(snapshot.takenAt))
    return [problem(manifest, `The certificate has expired on ${dayOf(certificate)}.`)];
  return [];
}

const dayMs = 86_400_000;
const warnDays = 14;

/** Certificates that will not be good for long. */
export function expiringCertificates({ snapshot, objects }: Resolved): readonly Diagnostic[] {
  const { takenAt } = snapshot;
  if (takenAt === undefined) return [];
  return objects.GatewayCertificate.filter(({ problems }) => problems.length === 0).flatMap(({ manifest }) => {
    const certificate = certificateIn(pairOf(manifest, snapshot)?.cert.reveal() ?? "");
    if (certificate === undefined || certificate.validToDate.getTime() - Date.parse(takenAt) > warnDays * dayMs)
      return [];
    return [
      {
        ...problem(manifest, `The certificate expires on ${dayOf(certificate)}.`),
        code: "CertificateExpiring",
        severity: "warning",
        why: "From then on clients refuse to talk to these hosts.",
        fix: "Renew it; the Secret is followed, so the new one is taken up by itself.",
      } satisfies Diagnostic,
    ];
  });
}

function pairOf(
  { meta, spec }: Manifest,
  { sources }: Moment,
): { readonly cert: Secret; readonly key: Secret } | undefined {
  const ref: Omit<SourceRef, "key"> = { kind: "Secret", namespace: meta.namespace, name: spec.secretRef.name };
  const state = sources?.get(sourceKeyOf(ref));
  if (state?.kind !== "read") return undefined;
  const [cert, key] = [state.values.get(certificateKeys.cert), state.values.get(certificateKeys.key)];
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined; // OpenSSL's words would quote what it read
  }
}

function privateKeyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // OpenSSL's words would quote what it read
  }
}

function dayOf({ validToDate }: X509Certificate): string {
  return validToDate.toISOString().slice(0, 10);
}

function problem(manifest: Manifest, message: string): Diagnostic {
  return {
    code: "CertificateInvalid",
    severity: "error",
    object: refOf(manifest),
    field: "spec.secretRef",
    message,
    why: "The last good certificate, if there is one, stays on the gateway.",
    fix: `Put a certificate and its own key, both in PEM, into Secret ${manifest.meta.namespace}/${manifest.spec.secretRef.name}.`,
    related: [],
  };
}
