import type { CertificateSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attachedTo, hosts, labels, localKeyRef, localRef, pinnable } from "./common.ts";
import { choice, flag, integer, object, optional, sequence, set, text, type ObjectRule } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const client = object("Asks clients for a certificate of their own (mutual TLS).", {
  caFrom: localKeyRef(
    "The Secret with the authority, in PEM, that signs the certificates of clients; the key is often ca.crt.",
  ),
  depth: optional(integer("How long the chain of a client may be; default 1.", { min: 0, max: 100 })),
  skipMtlsUriRegex: optional(
    sequence(
      "Paths for which no certificate is asked, as regular expressions.",
      text(undefined, { min: 1, max: 1024 }),
      {
        min: 1,
        max: 64,
      },
    ),
  ),
});

const rules: readonly ObjectRule[] = [
  {
    cel: "(has(self.type) && self.type == 'client') != has(self.snis)",
    message:
      "a certificate of type server needs snis, the names that it is shown for, and one of type client takes none",
    field: "snis",
    holds: (it) => (it["type"] === "client") !== "snis" in it,
  },
];

const spec = object(
  "A certificate and its key, out of a Secret.",
  {
    ...attachedTo,
    ...pinnable,
    labels: optional(labels),
    type: optional(
      choice("server (default): shown to clients. client: shown to upstreams that refer to it.", ["server", "client"]),
    ),
    snis: optional(
      hosts("Server names that it is shown for: shop.example.com, or *.example.com for every name below."),
    ),
    secretRef: localRef(
      "A Secret of type kubernetes.io/tls, with tls.crt and tls.key. It is followed: a renewed one is taken up.",
    ),
    client: optional(client),
    sslProtocols: optional(
      set(
        "Versions of TLS that are spoken; left out: what the gateway's configuration says.",
        choice("A version of TLS.", ["TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        {
          min: 1,
          max: 3,
        },
      ),
    ),
    enabled: optional(flag("false takes it out of service without deleting it. Default true.")),
  },
  { rules },
);

export const certificateKind = defineKind<"GatewayCertificate", CertificateSpec>({
  kind: "GatewayCertificate",
  plural: "gatewaycertificates",
  singular: "gatewaycertificate",
  shortName: "gwcert",
  scope: "Namespaced",
  description: "A certificate of APISIX (an ssl object), from a Secret of type kubernetes.io/tls.",
  spec,
  status: attachedStatus,
  columns: [
    { name: "SNIs", type: "string", jsonPath: ".spec.snis", description: "Server names that it is shown for." },
    { name: "Secret", type: "string", jsonPath: ".spec.secretRef.name", description: "The Secret that holds it." },
    readyColumn,
    warningsColumn,
    ageColumn,
    adminIdColumn,
    gatewayColumn,
    messageColumn,
  ],
});
