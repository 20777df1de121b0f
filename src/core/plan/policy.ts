import { type Plan, type Refusal, type Step, type SyncPolicy, isClaim } from "../model/index.ts";
import { keepSteps } from "./keep.ts";

/** What may be done on a gateway; `paused` for now, by an annotation, the others by its spec. */
type Permission = SyncPolicy | "paused";

const allowed: Readonly<Record<Permission, readonly Step["verb"][]>> = {
  sync: ["create", "update", "delete"],
  upsertOnly: ["create", "update"],
  createOnly: ["create"],
  observe: [],
  paused: [],
};

const verbs = { create: "created", update: "updated", delete: "deleted" } as const;

/**
 * The plan with only those steps that the policy allows; each of the others becomes a refusal that says what it would have
 * done. Nothing waits for a step that is not taken. Our own claim is kept true under every policy that writes at all.
 */
export function withPolicy(plan: Plan, policy: Permission): Plan {
  const isAllowed = (step: Step) =>
    allowed[policy].includes(step.verb) || (allowed[policy].length > 0 && isClaim(step));
  const { steps } = keepSteps(plan, isAllowed);
  if (steps === plan.steps && allowed[policy].includes("delete")) return plan;
  const withheld = plan.steps.filter((step) => !isAllowed(step));
  // Whether there are too many deletions is no question where there are none.
  const refusals = plan.refusals.filter(({ code }) => code !== "DeletionGuard" || allowed[policy].includes("delete"));
  return { steps, refusals: [...refusals, ...withheld.map((step) => refusalOf(step, policy))] };
}

function refusalOf({ verb, kind, id, origin, changed }: Step, policy: Permission): Refusal {
  const fields = changed.length === 0 ? "" : ` in ${changed.join(", ")}`;
  const isPause = policy === "paused";
  const reason = isPause ? "The ApisixGateway is paused" : `spec.policy of the ApisixGateway is ${policy}`;
  return {
    code: isPause ? "Paused" : "Withheld",
    message: `${reason}, or ${kind}/${id} would be ${verbs[verb]}${fields}.`,
    kind,
    id,
    ...(origin !== undefined && { origin }),
  };
}
