import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { attach } from "../../src/core/desired/index.ts";
import {
  type AdminBodies,
  type AdminKind,
  type AnyManifest,
  type InvalidManifest,
  type Observed,
  type ObservedObject,
  type Plan,
  adminKinds,
  nameOf,
  observedOf as observedFrom,
} from "../../src/core/model/index.ts";
import { type Decision, decide } from "../../src/core/pipeline.ts";
import { diagnosticsText } from "../../src/cli/render/diagnostics.ts";
import { paperOf } from "../../src/cli/render/paper.ts";
import { loadManifests } from "../../src/edges/files/index.ts";

/** Folders below are cases: each is named as a sentence and holds all its input. */
export const goldenFolder = join(import.meta.dirname, "../golden");

/** What `decide` makes of a case: file name → text. */
export async function goldenFiles(folder: string): Promise<Readonly<Record<string, string>>> {
  const { manifests, errors } = await loadManifests([join(folder, "in.yaml")]);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  const isInvalid = (manifest: AnyManifest | InvalidManifest): manifest is InvalidManifest => "problems" in manifest;
  const all = manifests.map(({ manifest }) => manifest);
  const { snapshots } = attach(
    all.filter((manifest): manifest is AnyManifest => !isInvalid(manifest)),
    all.filter(isInvalid),
  );
  const [snapshot, ...more] = snapshots.values();
  if (snapshot === undefined || more.length > 0) throw new Error("a case has exactly one ApisixGateway");
  const decision = decide(snapshot, observedOf(folder), {});
  return {
    "desired.json": `${JSON.stringify(desiredOf(decision), null, 2)}\n`,
    "plan.txt": `${planText(decision.plan)}\n`,
    "diagnostics.txt": `${diagnosticsText(decision.diagnostics, paperOf({}))}\n`,
  };
}

/** `observed.json`: version, and per kind the stored objects as the Admin API lists them; without it an empty gateway. */
function observedOf(folder: string): Observed {
  const file = join(folder, "observed.json");
  const held: HeldObjects = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const listOf = (kind: AdminKind): readonly ObservedObject[] =>
    (held[kind] ?? [])
      .map((value, index) => {
        const revision = index + 1;
        return { kind, id: textOf(value.id), value, createdIndex: revision, modifiedIndex: revision };
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...(held.version !== undefined && { version: held.version }), ...observedFrom(adminKinds.flatMap(listOf)) };
}

function textOf(id: unknown): string {
  return typeof id === "number" || typeof id === "string" ? String(id) : "";
}

type HeldObjects = { readonly [Kind in AdminKind]?: readonly AdminBodies[Kind][] } & { readonly version?: string };

/** Bodies by kind and id, with where a route's hosts and number come from. */
function desiredOf({ desired, priorities }: Decision): object {
  const bodies = adminKinds
    .filter((kind) => desired[kind].length > 0)
    .map((kind) => [kind, Object.fromEntries(desired[kind].map(({ id, body }) => [id, body]))]);
  const sources = desired.routes.map(({ id, hostsSource }) => {
    const { value, source, reason } = priorities.byId.get(id) ?? {};
    return [id, { hostsSource, priority: value, source, reason }];
  });
  return {
    ...Object.fromEntries(bodies),
    about: Object.fromEntries(sources),
    held: desired.held.map(({ kind, id = "?" }) => `${kind}/${id}`),
  };
}

/** One line per step, in order; what it waits for by number. */
function planText({ steps, refusals }: Plan): string {
  const lines = steps.map(({ index, verb, kind, id, origin, changed, waitsFor }) =>
    [
      `${index + 1}. ${verb} ${kind}/${id}`,
      origin === undefined ? "of no resource" : `for ${nameOf(origin)}`,
      ...(changed.length > 0 ? [`changes ${changed.join(", ")}`] : []),
      ...(waitsFor.length > 0 ? [`after ${waitsFor.map((other) => other + 1).join(", ")}`] : []),
    ].join("; "),
  );
  const refused = refusals.map(({ code, message }) => `refused ${code}: ${message}`);
  return [...(lines.length === 0 ? ["nothing to do"] : lines), ...refused].join("\n");
}
