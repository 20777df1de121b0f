import type { ResourceRef } from "./resources.ts";

export type Severity = "info" | "warning" | "error";

/** Stable codes; each has its section in docs/diagnostics.md. */
export const diagnosticCodes = [
  "HostsInherited",
  "HostsOverridden",
  "InheritedHostContest",
  "PriorityTie",
  "AmbiguousMatch",
  "ContradictoryOrder",
  "PriorityRangeExhausted",
  "PriorityHasNoEffect",
  "Shadowed",
  "DuplicateRoute",
  "NeverMatches",
  "RouterMismatch",
  "ForeignContest",
  "UnparsableAddress",
  "ServiceHostsChanged",
  "Drifted",
  "InvalidSpec",
  "GatewayNotFound",
  "ReferenceNotFound",
  "ReferenceNotPermitted",
  "ReferenceCycle",
  "SecretKeyMissing",
  "CertificateInvalid",
  "CertificateExpiring",
  "PluginTaken",
  "StreamModeOff",
  "NotSupported",
  "ObjectTooLarge",
  "AdminIdTaken",
  "SchemaRejected",
  "UnknownPlugin",
  "PluginRejected",
] as const;
export type DiagnosticCode = (typeof diagnosticCodes)[number];

/** A request that shows the finding; the matcher itself has confirmed it. */
export interface Witness {
  readonly method: string;
  readonly host?: string;
  /** Raw request target, query included. */
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddr?: string;
  readonly body?: string;
}

/**
 * A finding about what a user wrote. `message` says what is so, `why` the rule behind it, `fix` what to do; none of
 * them names an object of another namespace than `object`'s (a tenant must not read another's names): such objects
 * stand in `related` only, which a status leaves out.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly object: ResourceRef;
  /** Path of the field in the resource: `spec.hosts[0]`. */
  readonly field?: string;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly related: readonly RelatedObject[];
  readonly witness?: Witness;
}

export interface RelatedObject {
  readonly ref: ResourceRef;
  readonly field?: string;
}
