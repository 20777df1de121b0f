// What was written, told by a label on the object itself, so that an operator that was not there knows an edit from a
// change that it has yet to make.
import { eachOnce } from "./changes/index.ts";
import {
  type AdminKind,
  type AnyDesired,
  type Desired,
  adminKinds,
  hash16,
  labelsIn,
  ownerLabels,
  revealed,
  storesDefaults,
} from "./model/index.ts";

/**
 * Puts a stamp on all that can be labelled: a hash of the object. A gateway that stores defaults, and one that does not,
 * store different things: that is in the hash.
 */
export function makeStamper(): (desired: Desired, version: string | undefined) => Desired {
  let form: boolean | undefined;
  let stamps = new Map<AdminKind, (objects: readonly AnyDesired[]) => readonly AnyDesired[]>();
  return (desired, version) => {
    const formNow = version !== undefined && storesDefaults(version);
    if (form !== formNow) stamps = new Map(adminKinds.map((kind) => [kind, eachOnce((one) => stamped(one, formNow))]));
    form = formNow;
    const lists = adminKinds.map((kind) => [kind, stamps.get(kind)?.(desired[kind])]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each list holds objects of its own kind
    return { ...(Object.fromEntries(lists) as unknown as Desired), held: desired.held };
  };
}

function stamped(object: AnyDesired, form: boolean): AnyDesired {
  const { body, secrets } = object;
  const labels = labelsIn(body);
  if (labels === undefined) return object;
  const stamp = hash16(JSON.stringify([form, revealed(body, secrets)]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same object with one label more
  return { ...object, body: { ...body, labels: { ...labels, [ownerLabels.writtenAs]: stamp } } } as AnyDesired;
}
