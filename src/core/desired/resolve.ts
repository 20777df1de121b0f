import { changesBetween, eachOnce, presentIn } from "../changes/index.ts";
import {
  type AnyResolved,
  type AttachedManifest,
  type InvalidManifest,
  type Resolved,
  type ResolvedByKind,
  type Secret,
  type Snapshot,
  type SourceState,
  attachedKinds,
  isTargetKind,
} from "../model/index.ts";
import { type Moment, type World, follow, worldOf } from "./follow.ts";
import { isLive } from "./gateway.ts";
import { valuesOf } from "./source-values.ts";

/**
 * Follows every reference of the snapshot. What is missing, or can't be used itself, becomes a problem of the object that
 * names it; so does a reference that leads in a circle.
 */
export function resolve(snapshot: Snapshot): Resolved {
  return makeResolver()(snapshot);
}

/** Resolves one snapshot after another. What is the same and refers to the same stays the very object of before. */
export function makeResolver(): (snapshot: Snapshot) => Resolved {
  let known: Known = { targets: [], invalid: [], world: worldOf([], [], {}) };
  const shelves = new Map(attachedKinds.map((kind) => [kind, makeShelf()]));
  return (snapshot) => {
    known = knownFrom(snapshot, known);
    const { world } = known;
    const objects = attachedKinds.map((kind) => [kind, shelves.get(kind)?.(snapshot.attached[kind], world)]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each shelf holds objects of its own kind only
    return { snapshot, objects: Object.fromEntries(objects) as ResolvedByKind };
  };
}

/** What can be referred to, and what it was made from. */
interface Known {
  readonly targets: readonly AttachedManifest[];
  readonly invalid: readonly InvalidManifest[];
  readonly world: World;
}

function knownFrom({ attached, invalid, ...moment }: Snapshot, before: Known): Known {
  const targets = attachedKinds.filter(isTargetKind).flatMap((kind): readonly AttachedManifest[] => attached[kind]);
  const isSame =
    hasSame(targets, before.targets) && hasSame(invalid, before.invalid) && isSameMoment(moment, before.world.moment);
  return isSame ? before : { targets, invalid, world: worldOf(targets, invalid, moment) };
}

/** Secrets and ConfigMaps are what they were, and it is the same day: certificates are judged by the day. */
function isSameMoment(now: Moment, before: Moment): boolean {
  const [sources, old] = [now.sources, before.sources];
  if (now.takenAt?.slice(0, 10) !== before.takenAt?.slice(0, 10)) return false;
  if (sources === undefined || old === undefined) return sources === old;
  return sources.size === old.size && [...sources].every(([key, state]) => isSameState(state, old.get(key)));
}

function isSameState(state: SourceState, before: SourceState | undefined): boolean {
  if (state.kind === "read") return before?.kind === "read" && state.values === before.values;
  return state.kind === before?.kind;
}

function hasSame<Item>(items: readonly Item[], before: readonly Item[]): boolean {
  const { gone, come } = changesBetween(before, items);
  return gone.length === 0 && come.length === 0;
}

/** Resolves the objects of one kind that are not on their way out. */
function makeShelf(): (manifests: readonly AttachedManifest[], world: World) => readonly AnyResolved[] {
  let worldBefore: World | undefined;
  let resolve = eachOnce<AttachedManifest, AnyResolved | undefined>(() => undefined);
  let resolved: readonly AnyResolved[] = [];
  return (manifests, world) => {
    if (world !== worldBefore) {
      const before = new Map<AttachedManifest, AnyResolved>(resolved.map((object) => [object.manifest, object]));
      resolve = eachOnce((manifest) => resolvedIn(world, manifest, before.get(manifest)));
      worldBefore = world;
    }
    resolved = presentIn(resolve(manifests));
    return resolved;
  };
}

const none: ReadonlyMap<string, Secret> = new Map();

function resolvedIn(
  world: World,
  manifest: AttachedManifest,
  before: AnyResolved | undefined,
): AnyResolved | undefined {
  if (!isLive(manifest)) return undefined;
  const { targets, problems } = follow(manifest, world);
  const values = problems.length === 0 ? valuesOf(manifest, world.moment) : none;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- targets are looked up by the kinds of the table
  const now = { manifest, targets, problems, values } as AnyResolved;
  return before !== undefined && isSame(now, before) ? before : now;
}

/** Whether two versions of one object refer to the same and nothing is wrong with either. */
function isSame({ targets, problems, values }: AnyResolved, before: AnyResolved): boolean {
  return (
    before.problems.length === 0 &&
    problems.length === 0 &&
    Object.entries(targets).every(([field, target]) => Reflect.get(before.targets, field) === target) &&
    Object.keys(targets).length === Object.keys(before.targets).length &&
    values.size === before.values.size &&
    [...values].every(([key, value]) => before.values.get(key)?.equals(value) === true)
  );
}
