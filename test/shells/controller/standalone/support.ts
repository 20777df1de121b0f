import { onTestFinished } from "vitest";
import type { Observed, Outcome, Plan, Step } from "../../../../src/core/model/index.ts";
import { Secret, managedByValue, ownerLabels } from "../../../../src/core/model/index.ts";
import { Fleet, type FleetOptions } from "../../../../src/shells/controller/standalone/fleet.ts";
import type { AdminCall, Sandbox, SandboxOptions } from "../../../../src/shells/sandbox/index.ts";
import { sandboxFor } from "../../sandbox/support.ts";

export const key = "fleet-test-key";

export function instanceFor(options: SandboxOptions = {}): Promise<Sandbox> {
  return sandboxFor({ mode: "standalone", adminKey: key, ...options });
}

export async function instancesFor(count: number): Promise<readonly Sandbox[]> {
  return Promise.all(Array.from({ length: count }, () => instanceFor()));
}

/** A fleet that ends with the test. */
export function fleetOf(instances: readonly Pick<Sandbox, "adminUrl">[], options: Partial<FleetOptions> = {}): Fleet {
  const urls = instances.map(({ adminUrl }) => adminUrl);
  const fleet = new Fleet({ urls, key: new Secret(key), ca: undefined, patienceMs: 500, ...options });
  onTestFinished(() => fleet.close());
  return fleet;
}

/** A route that answers with a text. */
export function route(id: string, answer: string, more: object = {}): object {
  return { uri: `/${id}`, plugins: { "fault-injection": { abort: { http_status: 200, body: answer } } }, ...more };
}

/** The same, and ours. */
export function ourRoute(id: string, answer: string, more: object = {}): object {
  return route(id, answer, { ...ours, ...more });
}

/** What says that an object is of the operator's instance "main". */
export const ours = { labels: { [ownerLabels.managedBy]: managedByValue, [ownerLabels.instance]: "main" } };

/** A plan of what is named: `{ "routes/a": body }` writes, `undefined` deletes; each waits for those it lists. */
export function planOf(
  changes: Readonly<Record<string, object | undefined>>,
  waits: Readonly<Record<string, readonly string[]>> = {},
): Plan {
  const keys = Object.keys(changes);
  const steps = keys.map((name, index): Step => {
    const [kind = "", id = ""] = name.split("/");
    const body = changes[name];
    return {
      index,
      verb: body === undefined ? "delete" : "update",
      kind: kind as Step["kind"],
      id,
      ...(body !== undefined && { body }),
      changed: [],
      waitsFor: (waits[name] ?? []).map((before) => keys.indexOf(before)),
    };
  });
  return { steps, refusals: [] };
}

/** Looks and carries out, as a pass does. */
export async function pass(
  fleet: Fleet,
  changes: Readonly<Record<string, object | undefined>> = {},
  waits: Readonly<Record<string, readonly string[]>> = {},
): Promise<{ readonly observed: Observed; readonly outcome: Outcome }> {
  const observed = await fleet.observe();
  const owner = { instance: "main" };
  return { observed, outcome: await fleet.apply(planOf(changes, waits), { mayWrite: () => true, owner }) };
}

export interface StoredDocument {
  readonly routes?: readonly (Readonly<Record<string, unknown>> & {
    readonly id?: string;
    readonly modifiedIndex?: number;
  })[];
  readonly [field: string]: unknown;
}

export async function documentOn({ adminUrl }: Pick<Sandbox, "adminUrl">, adminKey = key): Promise<StoredDocument> {
  const answer = await fetchAnew(`${adminUrl}/apisix/admin/configs`, { headers: { "X-API-KEY": adminKey } });
  return (await answer.json()) as StoredDocument; // the sandbox's own shape
}

export async function pushTo(
  { adminUrl }: Pick<Sandbox, "adminUrl">,
  digest: string,
  document: object,
  adminKey = key,
): Promise<number> {
  const headers = { "X-API-KEY": adminKey, "X-Digest": digest };
  const init = { method: "PUT", headers, body: JSON.stringify(document) };
  return (await fetchAnew(`${adminUrl}/apisix/admin/configs`, init)).status;
}

/** A kept connection may be that to a server which has ended. */
async function fetchAnew(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    return fetch(url, init);
  }
}

export async function answerAt({ proxyUrl }: Pick<Sandbox, "proxyUrl">, path: string): Promise<string> {
  const response = await fetch(`${proxyUrl}${path}`);
  return response.status === 200 ? response.text() : String(response.status);
}

export function methodsOf(calls: readonly AdminCall[]): readonly string[] {
  return calls.map(({ method, path }) => `${method}${path.slice("/apisix/admin/configs".length)}`);
}

export function statesOf(outcome: Outcome): readonly string[] {
  return outcome.steps.map((step) => (step.state === "failed" ? step.failure : step.state));
}
