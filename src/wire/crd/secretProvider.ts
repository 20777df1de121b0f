import type { SecretProviderSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attachedTo, localKeyRef } from "./common.ts";
import { flag, object, optional, pattern, sequence, text, type ObjectRule } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const address = (description: string) =>
  text(description, {
    min: 1,
    max: 2048,
    rules: [pattern("^https?://[^/?#@]+(/.*)?$", "is not an address, such as https://vault.example.com:8200")],
  });
const word = (description: string) => text(description, { min: 1, max: 1024 });

const vault = object("HashiCorp Vault, key-value engine version 1.", {
  uri: address("Where Vault answers."),
  prefix: word("Path below which it is looked for, such as kv/apisix."),
  tokenFrom: localKeyRef("The Secret that holds the token."),
  namespace: optional(word("Namespace of Vault Enterprise.")),
});

const aws = object("AWS Secrets Manager (APISIX 3.11 and newer).", {
  accessKeyId: word("Id of the access key."),
  secretAccessKeyFrom: localKeyRef("The Secret that holds the access key itself."),
  sessionTokenFrom: optional(localKeyRef("The Secret that holds a session token.")),
  region: optional(word("Region; default us-east-1.")),
  endpointUrl: optional(address("Where it answers, if not at the address of the region.")),
});

const gcp = object("Google Secret Manager (APISIX 3.11 and newer).", {
  authConfig: object("The service account.", {
    clientEmail: word("Its mail address."),
    privateKeyFrom: localKeyRef("The Secret that holds its private key, in PEM."),
    projectId: word("Id of the project."),
    tokenUri: optional(address("Where tokens are had.")),
    scope: optional(sequence("Scopes of the tokens.", word("A scope."), { max: 16 })),
    entriesUri: optional(address("Where the secrets are had.")),
  }),
  sslVerify: optional(flag("Check the certificates of Google; default true.")),
});

const managers = ["vault", "aws", "gcp"];
const rules: readonly ObjectRule[] = [
  {
    cel: "[has(self.vault), has(self.aws), has(self.gcp)].filter(it, it).size() == 1",
    message: "needs exactly one of vault, aws and gcp",
    holds: (it) => managers.filter((name) => name in it).length === 1,
  },
];

const spec = object(
  "Where the gateway looks up what plugins name as $secret://…",
  { ...attachedTo, vault: optional(vault), aws: optional(aws), gcp: optional(gcp) },
  { rules },
);

export const secretProviderKind = defineKind<"GatewaySecretProvider", SecretProviderSpec>({
  kind: "GatewaySecretProvider",
  plural: "gatewaysecretproviders",
  singular: "gatewaysecretprovider",
  shortName: "gwsp",
  scope: "Namespaced",
  description:
    "A secret provider of APISIX. Plugins name a value as $secret://, then status.adminId, then the path and the key: $secret://vault/shop.keys_secret_main/jack/key.",
  spec,
  status: attachedStatus,
  columns: [readyColumn, warningsColumn, ageColumn, adminIdColumn, gatewayColumn, messageColumn],
});
