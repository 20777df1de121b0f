import { describe, inject, test } from "vitest";
import { whyNoContainer } from "./container.ts";

/** `describe` for suites that run pods on a control plane of their own: skipped, by name, where that can't be; a failure under CI=true. */
export function describeContainers(name: string, suite: () => void): void {
  const kubeapi = inject("kubeapi");
  const missing = "missing" in kubeapi ? kubeapi.missing : whyNoContainer();
  if (missing === undefined) return void describe(name, suite);
  if (process.env["CI"] === "true") test(name, () => Promise.reject(new Error(missing)));
  else describe.skip(`${name} [skipped: ${missing}]`, suite);
}
