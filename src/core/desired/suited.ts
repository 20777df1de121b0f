import { eachOnce } from "../changes/index.ts";
import {
  type AdminKind,
  type AnyDesired,
  type Desired,
  type Diagnostic,
  type JsonObject,
  type Learned,
  type Observed,
  adminKinds,
  isAtLeast,
  isJsonObject,
  keyOf,
  nearest,
  nothingLearned,
  specFieldOf,
  subsystemOf,
} from "../model/index.ts";
import type { Settled } from "./claims.ts";
import { heldBack } from "./held-back.ts";
import { type Lack, lacks } from "./lacks.ts";
import { tooLarge } from "./size.ts";

/**
 * Holds what this gateway would refuse, by what it told about itself, and what refers to such an object that is not on the
 * gateway yet. What it would only ignore is told and written. Of a gateway of which nothing was learned only the largest size is known.
 */
export function suitedTo(desired: Desired, observed: Observed): Settled {
  return makeSuiter()(desired, observed);
}

/** Suits one state after another to one gateway; only objects that are new are looked at, as long as no more is learned. */
export function makeSuiter(): (desired: Desired, observed: Observed) => Settled {
  let learned: Learned | undefined;
  let lookIn = new Map<AdminKind, Look>();
  return (desired, observed) => {
    const { learned: now = nothingLearned } = observed;
    if (learned !== now) lookIn = looksFor(now);
    learned = now;
    const found = adminKinds.flatMap((kind) =>
      (lookIn.get(kind)?.(desired[kind]) ?? []).filter((findings) => findings !== nothing),
    );
    return withheld(desired, observed, found.flat());
  };
}

/** The findings about each of a list of objects. */
type Look = (objects: readonly AnyDesired[]) => readonly (readonly Diagnostic[])[];

const nothing: readonly Diagnostic[] = [];

function looksFor(learned: Learned): Map<AdminKind, Look> {
  const { version } = learned;
  const later = version === undefined ? [] : lacks.filter(({ since }) => !isAtLeast(version, since));
  const findingsOn = (object: AnyDesired) => {
    const large = tooLarge(object);
    const unknown = unknownPlugins(object, learned);
    const lacked = later.length === 0 ? nothing : lacking(object, later, learned);
    return large.length + unknown.length + lacked.length === 0 ? nothing : [...large, ...unknown, ...lacked];
  };
  return new Map(adminKinds.map((kind) => [kind, eachOnce(findingsOn)]));
}

function withheld(desired: Desired, observed: Observed, findings: readonly Diagnostic[]): Settled {
  const refused = findings.filter(({ severity }) => severity === "error");
  if (refused.length === 0) return { desired, problems: findings };
  const kept = heldBack(desired, new Set(refused.map(({ object }) => keyOf(object))), observed);
  return { desired: kept.desired, problems: [...findings, ...kept.problems] };
}

function unknownPlugins({ kind, body, origin }: AnyDesired, { plugins, version }: Learned): readonly Diagnostic[] {
  const known = plugins[subsystemOf(kind)]?.names;
  if (known === undefined || kind === "plugin_metadata" || !("plugins" in body)) return nothing;
  const unknown = Object.keys(body.plugins ?? {}).filter((name) => !known.has(name));
  return unknown.map((name): Diagnostic => {
    const meant = nearest(name, [...known].sort());
    const gateway = version === undefined ? "This gateway" : `This gateway (APISIX ${version})`;
    return {
      code: "UnknownPlugin",
      severity: "error",
      object: origin,
      ...(kind !== "credentials" && { field: specFieldOf(["plugins", name]) }),
      message: `${gateway} knows no plugin ${JSON.stringify(name)}${meant === undefined ? "." : `: did you mean ${meant}?`}`,
      why: "The gateway refuses an object with a plugin that it does not have, or that is not enabled there.",
      fix: meant === undefined ? "Correct the name, or enable the plugin on the gateway." : `Write ${meant}.`,
      related: [],
    };
  });
}

function lacking(object: AnyDesired, later: readonly Lack[], { version = "" }: Learned): readonly Diagnostic[] {
  const { kind, body, origin } = object;
  const mine = later.filter(({ kinds }) => kinds === "all" || kinds.includes(kind));
  return mine.flatMap(({ since, what, outcome, placesIn }) =>
    placesIn(jsonOf(body)).map((place): Diagnostic => {
      const isInherited = place[0] === "hosts" && "hostsSource" in object && object.hostsSource === "Service";
      const field = isInherited ? "spec.serviceRef" : place.length === 0 ? undefined : specFieldOf(place);
      return {
        code: "NotSupported",
        severity: outcome === "refused" ? "error" : "warning",
        object: origin,
        ...(field !== undefined && { field }),
        message: `APISIX ${version} has no ${what}${outcome === "refused" ? "." : ": it takes them and does nothing about them."}`,
        why: `They came with APISIX ${since}.`,
        fix: `Upgrade the gateway to ${since} or newer, or do without.`,
        related: [],
      };
    }),
  );
}

function jsonOf(body: AnyDesired["body"]): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bodies are JSON: the interfaces only name fields
  const json = body as unknown as JsonObject;
  return isJsonObject(json) ? json : {};
}
