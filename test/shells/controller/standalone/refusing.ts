import { expect } from "vitest";
import type { Fleet } from "../../../../src/shells/controller/standalone/fleet.ts";
import type { Sandbox, SandboxOptions } from "../../../../src/shells/sandbox/index.ts";
import { eventually } from "../../../support/eventually.ts";
import { documentOn, fleetOf, instanceFor, methodsOf, ourRoute, pass } from "./support.ts";

/** A gateway without the plugin that `bad` uses. */
export const poor = { plugins: ["fault-injection"] };
export const cors = { cors: {} };

export function using(id: string, answer: string, plugins: object): object {
  const { plugins: own, ...body } = ourRoute(id, answer) as { readonly plugins: object };
  return { ...body, plugins: { ...own, ...plugins } };
}

export const bad = using("bad", "old", cors);
export const good = ourRoute("good", "fine");

/** Ends one and starts another in its place, which is filled. */
export async function restarted(instance: Sandbox, options: SandboxOptions): Promise<Sandbox> {
  const [adminPort, proxyPort] = [instance.adminUrl, instance.proxyUrl].map((url) => Number(new URL(url).port));
  await instance.stop();
  const next = await instanceFor({ adminPort, proxyPort, ...options });
  const isFilled = async () =>
    Number((await documentOn(next).catch(() => undefined))?.["routes_conf_version"] ?? 0) > 0;
  await eventually(isFilled, { withinMs: 10_000 });
  return next;
}

/** An instance that took `bad` and `good`, has restarted, and refuses `bad` since. */
export async function refusingBad(version?: string): Promise<{ readonly fleet: Fleet; readonly after: Sandbox }> {
  const options = version === undefined ? {} : { version };
  const before = await instanceFor(options);
  const fleet = fleetOf([before]);
  await pass(fleet, { "routes/bad": bad, "routes/good": good });
  const after = await restarted(before, { ...poor, ...options });
  await ready(fleet);
  return { fleet, after };
}

export async function ready(fleet: Fleet): Promise<void> {
  await eventually(() => fleet.instances().every(({ isReady }) => isReady), { withinMs: 10_000 });
}

export async function idsOn(instance: Sandbox): Promise<readonly unknown[]> {
  return ((await documentOn(instance)).routes ?? []).map(({ id }) => id);
}

/** Everything but the looks. */
export function sentTo(instance: Sandbox): readonly string[] {
  return methodsOf(instance.calls()).filter((call) => call !== "HEAD" && call !== "GET");
}

export function refusal(id: string, words: string, kind = "routes"): object {
  const message = expect.stringContaining(words) as string;
  return { kind, id, outcome: { state: "failed", failure: "rejected", message, fault: expect.anything() as object } };
}
