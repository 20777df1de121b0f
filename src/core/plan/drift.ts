import { firstPlace } from "../changes/index.ts";
import {
  type AdminKind,
  type Desired,
  type DesiredObject,
  type DriftPolicy,
  type Observed,
  type ObservedObject,
  type Outcome,
  type Plan,
  type Refusal,
  type Step,
  annotations,
  keyOf,
  labelsIn,
  ownerLabels,
  revealed,
} from "../model/index.ts";
import { keepSteps } from "./keep.ts";
import { type ObjectKey, objectKey } from "./references.ts";

/** What we and one gateway agreed on the last time that it was written to or compared. */
export interface Agreement {
  readonly desired: Desired;
  /** What it did not take, or was not given. */
  readonly open: ReadonlySet<ObjectKey>;
  /** Another version stores the same objects in another form. */
  readonly version: string | undefined;
}

/** What is agreed on after a plan was carried out. */
export function agreementAfter(
  desired: Desired,
  { steps, refusals }: Plan,
  outcome: Outcome,
  version?: string,
): Agreement {
  const undone = steps.filter(({ index }) => outcome.steps[index]?.state !== "done").map(objectKey);
  const missing = (outcome.missing ?? []).map(objectKey);
  // What is left as others changed it was agreed on before they did.
  const refused = refusals.flatMap(({ code, kind, id }) =>
    kind === undefined || id === undefined || code === "Drifted" ? [] : [objectKey({ kind, id })],
  );
  return { desired, open: new Set([...undone, ...missing, ...refused]), version };
}

/**
 * The steps that put right what somebody else did: what is to be written is what the gateway had taken before. Where the
 * object carries a stamp, that says so, also to a process that was not there; else the agreement does.
 */
export function driftIn(plan: Plan, observed: Observed, agreement: Agreement | undefined): readonly Step[] {
  const known = agreement?.version === observed.version ? agreement : undefined;
  return plan.steps.filter((step) => {
    if (step.body === undefined || step.origin === undefined) return false;
    return isStampedAlike(step, observed) || (known !== undefined && isAgreed(step, known));
  });
}

function isStampedAlike({ kind, id, body }: Step, observed: Observed): boolean {
  const stamp = body && labelsIn(body)?.[ownerLabels.writtenAs];
  if (stamp === undefined) return false;
  const standing = atId<ObservedObject>(observed[kind], id);
  return standing !== undefined && labelsIn(standing.value)?.[ownerLabels.writtenAs] === stamp;
}

function isAgreed({ kind, id, body, secrets }: Step, { desired, open }: Agreement): boolean {
  if (body === undefined || open.has(objectKey({ kind, id }))) return false;
  const agreed = atId<DesiredObject>(desired[kind], id);
  return agreed !== undefined && printOf(agreed) === printOf({ body, secrets });
}

function printOf({
  body,
  secrets,
}: {
  readonly body: DesiredObject["body"];
  readonly secrets?: Step["secrets"];
}): string {
  return JSON.stringify(revealed(body, secrets));
}

/** In a list that is in the order of the ids. */
function atId<Item extends { readonly kind: AdminKind; readonly id: string }>(
  list: readonly Item[],
  id: string,
): Item | undefined {
  const found = list[firstPlace(list, (item) => item.id >= id)];
  return found?.id === id ? found : undefined;
}

/**
 * The plan as the policy wants it: `correct` takes every step, the others leave what others changed as it is. `report`
 * says so. What somebody asks for by force (`keyOf` of its resource) is put right all the same.
 */
export function withDrift(
  plan: Plan,
  drift: readonly Step[],
  { policy, isForced }: { readonly policy: DriftPolicy; readonly isForced: (resource: string) => boolean },
): Plan {
  if (policy === "correct") return plan;
  const left = new Set(drift.filter(({ origin }) => origin === undefined || !isForced(keyOf(origin))));
  const kept = keepSteps(plan, (step) => !left.has(step));
  return policy === "ignore" ? kept : { ...kept, refusals: [...kept.refusals, ...[...left].map(refusalOf)] };
}

function refusalOf(step: Step): Refusal {
  const { kind, id, origin } = step;
  return {
    code: "Drifted",
    message:
      `${driftOf(step)} It is left as it is, since spec.drift of the ApisixGateway is report. To put it right, give the ` +
      `annotation ${annotations.force} another value; to keep it, write it into this resource.`,
    kind,
    id,
    ...(origin !== undefined && { origin }),
  };
}

const mostNamed = 10;

/** What somebody else did, in words: names of fields, no values. */
export function driftOf({ verb, kind, id, changed }: Step): string {
  if (verb === "create") return `Somebody else deleted ${kind}/${id} on the gateway.`;
  const more = changed.length > mostNamed ? ` and ${changed.length - mostNamed} more fields` : "";
  return `Somebody else changed ${kind}/${id} on the gateway: ${changed.slice(0, mostNamed).join(", ")}${more}.`;
}
