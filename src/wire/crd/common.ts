import { isJsonObject, managedByValue, ownerLabels } from "../../core/model/index.ts";
import {
  freeObject,
  map,
  object,
  optional,
  pattern,
  positive,
  sequence,
  set,
  text,
  type ObjectRule,
  type TextRule,
} from "./fields.ts";
import { addressProblem } from "./address.ts";
import { hostCel, hostMessage, hostProblem } from "./host.ts";
import { varsProblems } from "./vars.ts";

// Fields that several kinds share.

/** What Kubernetes takes as the name of an object; its ids on the gateway hang on this (no underscore). */
export const objectName = pattern(
  String.raw`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`,
  'is not the name of a Kubernetes object: small letters, digits, "-" and "." only, such as shop-web',
);

const hostRule: TextRule = { cel: hostCel, message: hostMessage, problem: hostProblem };

export function nameText(description: string) {
  return text(description, { min: 1, max: 253, rules: [objectName] });
}

/** One host of a list, or the host that is sent upstream. */
export function hostText(description?: string) {
  return text(description, { min: 1, max: 260, rules: [hostRule] });
}

/** A service may hold hundreds of tenants. */
export const mostHosts = 1024;

export function hosts(description: string) {
  return set(description, hostText(), { min: 1, max: mostHosts });
}

export function localRef(description: string) {
  return object(description, { name: nameText("Name of the object, in the same namespace.") }, { isAtomic: true });
}

/** A DNS-like text for the operator's own words; the longest one ends in the id of an upstream, 64 characters in all. */
export const instanceRule = pattern(
  "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
  'may hold small letters, digits, "-" and "." and starts and ends with a letter or digit',
);

// The blanks that the gateway means: its \S knows no others. Source: apache/apisix 3.18, apisix/schema_def.lua, labels_def.
const labelValue = pattern(
  String.raw`^[^\t\n\v\f\r ]+$`,
  "must be a text without blanks: the gateway takes no other value for a label",
);

const reserved = Object.values(ownerLabels);
const reservedLabels: ObjectRule = {
  cel: `!self.exists(key, key in ${celList(reserved)})`,
  message: `the labels ${reserved.join(", ")} are written by the operator: choose other names`,
  holds: (labels) => !reserved.some((name) => name in labels),
};

export const labels = map(
  `Labels of the object on the gateway, beside those by which the operator knows its own (managed-by: ${managedByValue} and others). Values hold no blanks.`,
  text(undefined, { min: 1, max: 256, rules: [labelValue] }),
  { max: 32, rules: [reservedLabels] },
);

/** A plugin that is switched off is not checked by the gateway, so not here. */
const isSwitchedOn = (meta: Readonly<Record<string, unknown>>) => meta["disable"] !== true;

export const plugins = map(
  "Plugins by name, each configured exactly as the documentation of APISIX has it. {} is a plugin with its defaults. A plugin whose value is null counts as absent.",
  freeObject(undefined),
  { max: 64 },
).superRefine((entries, context) => {
  for (const [plugin, configuration] of Object.entries(entries)) {
    const meta = configuration["_meta"];
    if (!isJsonObject(meta) || !isSwitchedOn(meta) || !Array.isArray(meta["filter"])) continue;
    for (const { path, message } of varsProblems(meta["filter"])) {
      context.addIssue({ code: "custom", path: [plugin, "_meta", "filter", ...path], message });
    }
  }
});

/** One key of a Secret or ConfigMap of the same namespace. */
export function localKeyRef(description: string) {
  return object(
    description,
    {
      name: nameText("Name of the object, in the same namespace."),
      key: text("Key in its data.", { min: 1, max: 253 }),
    },
    { isAtomic: true },
  );
}

export const pluginsFrom = sequence(
  "Values of plugins that stand in Secrets. They are followed: a Secret that changes is written anew.",
  object(undefined, {
    plugin: text("The plugin, such as openid-connect; it need not stand in plugins.", { min: 1, max: 64 }),
    field: text("The field of its configuration; dots lead inside, as in auth.token.", {
      min: 1,
      max: 256,
      rules: [
        pattern(String.raw`^[^.]+(\.[^.]+)*$`, "is not a field: write client_secret, or auth.token for one inside"),
      ],
    }),
    secretRef: localKeyRef("The Secret and the key in it."),
  }),
  { max: 64 },
);

export const timeout = object("Time limits towards the upstream, in seconds. All three are needed.", {
  connect: positive("Seconds to establish the connection; greater than 0."),
  send: positive("Seconds between two writes of the request; greater than 0."),
  read: positive("Seconds between two reads of the answer; greater than 0."),
});

const addressRule: TextRule = {
  // Kubernetes takes no IPv4 address in the clothes of an IPv6 one, the gateway does: there only we look closer.
  cel: "(self.contains('/') ? isCIDR(self) : isIP(self)) || self.lowerAscii().startsWith('::ffff:')",
  message: "is not an IP address or range: write 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32",
  problem: addressProblem,
};

/** An IP address or a range of them. */
export function address(description?: string) {
  return text(description, { min: 1, max: 64, rules: [addressRule] });
}

/** What every attached kind has, also one without labels. */
export const attachedTo = {
  gatewayRef: optional(
    object(
      "The ApisixGateway that this belongs to. Left out: the gateway that says default: true.",
      { name: nameText("Name of the ApisixGateway; it is cluster-scoped.") },
      { isAtomic: true },
    ),
  ),
};

export const description = text("A description for people, kept on the gateway; at most 256 characters.", { max: 256 });

const idText = pattern("^[a-zA-Z0-9_.-]+$", "may hold letters, digits, _, - and . only: the gateway takes no other id");
const claimed: TextRule = {
  cel: "!self.startsWith('apisix-route-operator_')",
  message: "is kept for the operator: choose an id that does not start with apisix-route-operator_",
  problem: (id) => (id.startsWith("apisix-route-operator_") ? claimed.message : undefined),
};

// Source: apache/apisix 3.18, apisix/schema_def.lua, id_schema.
const adminId = text(
  "Id of the object on the gateway. Left out: <namespace>.<name>_<kind>. Where something that the operator did not make stands under it, that is left alone, unless the annotation apisix-operator.dev/adopt names the same id. When it changes, the object is written under the new id before the old one goes.",
  { min: 1, max: 64, rules: [idText, claimed] },
);

/** What kinds have whose objects carry labels: without those the operator would not know them again under any id. */
export const pinnable = { adminId: optional(adminId) };

/** What attached kinds with labels have. */
export const attached = {
  ...attachedTo,
  ...pinnable,
  desc: optional(description),
  labels: optional(labels),
};

function celList(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(", ")}]`;
}

/** The field stays what it was when the object was created, or absent; `advice`: what to do in place of a change. */
export function stays(field: string, advice: string): ObjectRule {
  return {
    cel: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message: `can't be changed: ${advice}`,
    field,
    holds: () => true, // a file has no past
  };
}
