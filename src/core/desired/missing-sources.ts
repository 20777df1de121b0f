import { type AttachedManifest, type Diagnostic, type Snapshot, refOf, sourceKeyOf } from "../model/index.ts";
import { sourcesIn } from "./sources-in.ts";

/** Values that a resource takes from Secrets and ConfigMaps and that are not there. */
export function missingSources(from: AttachedManifest, { sources }: Pick<Snapshot, "sources">): readonly Diagnostic[] {
  if (sources === undefined) return [];
  return sourcesIn(from).flatMap(({ field, ref }) => {
    const state = sources.get(sourceKeyOf(ref)) ?? { kind: "absent" };
    const where = `${ref.kind} ${ref.namespace}/${ref.name}`;
    switch (state.kind) {
      case "read":
        return state.values.has(ref.key) ? [] : [missing(from, field, `${where} has no key ${ref.key}.`)];
      case "absent":
        return [missing(from, field, `${where} is not there.`)];
      case "unread":
        return [missing(from, field, `${where} can't be read: ${state.message}.`)];
    }
  });
}

function missing(from: AttachedManifest, field: string, message: string): Diagnostic {
  return {
    code: "SecretKeyMissing",
    severity: "error",
    object: refOf(from),
    field,
    message,
    why: "The last good version, if there is one, stays on the gateway until the value is there.",
    fix: "Create it, or correct the name or the key; it is taken up at once.",
    related: [],
  };
}
