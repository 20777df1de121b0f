import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One request as the API server wrote it down, with what its authorizer was asked. */
export interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly requestURI: string;
  readonly responseStatus?: { readonly code?: number };
}

/** The requests of service accounts, written down as they come. */
export interface Audit {
  /** For `kubeapi`. */
  readonly flags: readonly string[];
  readonly eventsOf: (username: string) => readonly AuditEvent[];
}

const policy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata", userGroups: ["system:serviceaccounts"] }, { level: "None" }],
};

export function prepareAudit(): Audit {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  const [rules, log] = [join(folder, "policy.yaml"), join(folder, "log")];
  writeFileSync(rules, JSON.stringify(policy));
  return {
    flags: ["--extra", `--audit-policy-file=${rules} --audit-log-path=${log} --audit-log-mode=blocking`],
    eventsOf: (username) => {
      const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
      const events = lines.filter((line) => line !== "").map((line): AuditEvent => JSON.parse(line)); // audit.k8s.io/v1
      return events.filter(({ user }) => user.username === username);
    },
  };
}
