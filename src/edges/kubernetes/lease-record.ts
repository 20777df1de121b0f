import { isJsonObject } from "../../core/model/index.ts";
import { microTimeOf } from "./micro-time.ts";
import type { KubeObject } from "./resource.ts";

/** What a Lease says, and the version it says it in. */
export interface LeaseRecord {
  readonly resourceVersion: string;
  /** "" when it was released. */
  readonly holder: string;
  readonly durationMs: number;
  readonly acquireTime: string;
  readonly transitions: number;
}

export function leaseRecordOf({ metadata, ...lease }: KubeObject): LeaseRecord {
  const spec = isJsonObject(lease["spec"]) ? lease["spec"] : {};
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    resourceVersion: metadata.resourceVersion ?? "",
    holder: text(spec["holderIdentity"]),
    durationMs: Number(spec["leaseDurationSeconds"] ?? 0) * 1000,
    acquireTime: text(spec["acquireTime"]),
    transitions: Number(spec["leaseTransitions"] ?? 0),
  };
}

/** The Lease that says `holder` holds it from now on. `before` is what it takes over, renews or releases. */
export function leaseOf(
  name: string,
  holder: string,
  durationMs: number,
  nowMs: number,
  before: LeaseRecord | undefined,
): object {
  const now = microTimeOf(nowMs);
  const isSameHolder = before?.holder === holder;
  return {
    metadata: { name, ...(before !== undefined && { resourceVersion: before.resourceVersion }) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
      acquireTime: isSameHolder && before.acquireTime !== "" ? before.acquireTime : now,
      renewTime: now,
      leaseTransitions: before === undefined ? 0 : before.transitions + (isSameHolder || holder === "" ? 0 : 1),
    },
  };
}
