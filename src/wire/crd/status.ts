import { adminKinds, countNameOf } from "../../core/model/index.ts";
import { mostHosts } from "./common.ts";
import { choice, integer, object, optional, pattern, sequence, text } from "./fields.ts";
import { z } from "zod";

// What the operator writes into `.status`. Everything may be missing: a status grows with what is known. The bounds are
// wide on purpose: a status that the API server refuses would hide what it was to say.

const longText = 32_768;
const count = (description: string) => integer(description, { min: 0, max: 2_147_483_647 });
const name = (description: string) => text(description, { max: 253 });

/** As metav1.Condition has it. */
const condition = object(undefined, {
  type: text("Accepted, ResolvedRefs, Programmed, Ready (the sum of them), or Stalled: only the author can help.", {
    min: 1,
    max: 316,
  }),
  status: choice("True, False or Unknown.", ["True", "False", "Unknown"]),
  reason: text("One word for programs.", {
    min: 1,
    max: 1024,
    rules: [pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", "must be one word in CamelCase")],
  }),
  message: text("What is so, and what to do about it, for people.", { max: longText }),
  lastTransitionTime: text("When status last changed.", { max: 64, format: "date-time" }),
  observedGeneration: optional(generation()),
});

export const conditions = z
  .array(condition)
  .max(16)
  .meta({
    description: "Where the object stands, one entry per question.",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["type"],
  });

const related = object(undefined, {
  kind: text("Its kind.", { max: 64 }),
  namespace: optional(text("Its namespace; left out for an object of the cluster.", { max: 63 })),
  name: name("Its name."),
});

const diagnostic = object(undefined, {
  code: text("Stable name of the finding; the documentation has a section for each.", { max: 64 }),
  severity: choice("info, warning or error.", ["info", "warning", "error"]),
  field: optional(text("The field that it is about, such as spec.hosts[0].", { max: 1024 })),
  message: text("What is so, why, and how to fix it.", { max: longText }),
  related: optional(sequence("Other objects that it is about, of the same namespace.", related, { max: 64 })),
});

/** Of every kind that becomes an object on the gateway. */
const attachedStatusShape = {
  observedGeneration: optional(generation()),
  conditions: optional(conditions),
  adminId: optional(text("Id of the object on the gateway.", { max: 256 })),
  gateway: optional(name("The ApisixGateway that the object belongs to.")),
  diagnostics: optional(sequence("Findings about what the spec says.", diagnostic, { max: 256 })),
  warnings: optional(count("How many of the diagnostics are warnings or errors.")),
};

const rivals = (description: string) => optional(sequence(description, name("Name of a route."), { max: 3 }));

const priority = object("The priority of the route on the gateway, and where it comes from.", {
  value: integer("The number. Of two routes in one place, the higher is asked first.", {
    min: -99_999_999_999_999,
    max: 99_999_999_999_999,
  }),
  source: choice(
    "Explicit: written in the spec. Specificity: chosen so that the more specific route wins. Default: nothing contests, 0.",
    ["Explicit", "Specificity", "Default"],
  ),
  reason: optional(text("Why this number, in words.", { max: longText })),
  outranks: rivals("Contesting routes of this namespace that stand below, the nearest first."),
  outranksMore: optional(count("How many more stand below, those of other namespaces included.")),
  outrankedBy: rivals("Contesting routes of this namespace that stand above, the nearest first."),
  outrankedByMore: optional(count("How many more stand above, those of other namespaces included.")),
});

const effectiveHosts = object("The hosts that the route answers on, and where they come from.", {
  effective: optional(
    sequence("The hosts; a lone * stands for any host.", text(undefined, { max: 260 }), { max: mostHosts }),
  ),
  source: choice("Route: its own. Service: those of its service, since it names none. Any: neither names any.", [
    "Route",
    "Service",
    "Any",
  ]),
});

export const attachedStatus = object("Written by the operator.", attachedStatusShape);

export const routeStatus = object("Written by the operator.", {
  ...attachedStatusShape,
  priority: optional(priority),
  hosts: optional(effectiveHosts),
});

export const gatewayStatus = object("Written by the operator.", {
  observedGeneration: optional(generation()),
  conditions: optional(conditions),
  version: optional(text("Version of APISIX, as its answers say.", { max: 64 })),
  mode: optional(text("etcd or standalone, as the gateway shows.", { max: 64 })),
  instances: optional(
    object("In standalone mode: how many instances there are, and how many of them hold the whole configuration.", {
      total: count("Instances that the operator writes to."),
      ready: count("Those that hold what they shall hold."),
    }),
  ),
  instance: optional(text("Name under which this operator writes to the gateway.", { max: 64 })),
  counts: optional(
    object(
      "How many objects the operator keeps on the gateway.",
      Object.fromEntries(
        adminKinds.map((kind) => [countNameOf(kind), optional(count(`How many ${kind.replaceAll("_", " ")}.`))]),
      ),
    ),
  ),
  lastChangeTime: optional(
    text("When the operator last wrote to the gateway. It stands still while nothing changes.", {
      max: 64,
      format: "date-time",
    }),
  ),
});

function generation() {
  return integer("The metadata.generation that this was concluded from.", { min: 0, max: Number.MAX_SAFE_INTEGER });
}
