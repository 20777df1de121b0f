import { patched } from "../changes/index.ts";
import { type Diagnostic, type ResourceRef, type RouterFlavor, compareText, keyOf } from "../model/index.ts";
import type { Facts } from "./facts.ts";
import { rules } from "./rules/index.ts";
import { makeScenes } from "./scene.ts";
import type { Watch } from "./watch.ts";

/** Every finding of every rule, by object, then code, then field, then message. Throws nothing. */
export function diagnose(facts: Facts): readonly Diagnostic[] {
  return makeDiagnoser()(facts);
}

/** The same of one state after another: each rule looks again only where something is another object than before. */
export function makeDiagnoser(): (facts: Facts) => readonly Diagnostic[] {
  let work: Work | undefined;
  return (facts) => {
    const { flavor, gatewayVersion, problems } = facts;
    if (work?.flavor !== flavor || work.gatewayVersion !== gatewayVersion) work = begin(flavor, gatewayVersion);
    const scene = work.sceneOf(facts);
    const changes = work.watches.map((watch) => watch(scene));
    const none: readonly Diagnostic[] = [];
    const gone = none.concat(...changes.map((change) => change.gone));
    const come = none.concat(...changes.map((change) => change.come));
    work.found = patched(work.found, { gone, come }, inOrder);
    return problems.length === 0 ? work.found : patched(work.found, { gone: [], come: problems }, inOrder);
  };
}

interface Work {
  readonly flavor: RouterFlavor;
  readonly gatewayVersion: string | undefined;
  readonly sceneOf: ReturnType<typeof makeScenes>;
  readonly watches: readonly Watch[];
  found: readonly Diagnostic[];
}

function begin(flavor: RouterFlavor, gatewayVersion: string | undefined): Work {
  const watches = rules.map(({ watch }) => watch(flavor));
  return { flavor, gatewayVersion, sceneOf: makeScenes(flavor, gatewayVersion), watches, found: [] };
}

function inOrder(a: Diagnostic, b: Diagnostic): number {
  return (
    byKey(a.object, b.object) ||
    compareText(a.code, b.code) ||
    compareText(a.field ?? "", b.field ?? "") ||
    compareText(a.message, b.message)
  );
}

/** As their keys are; which are made only where they begin differently, for there may be many to sort. */
function byKey(a: ResourceRef, b: ResourceRef): number {
  if (a === b) return 0;
  return a.namespace === b.namespace && a.kind === b.kind
    ? compareText(a.name, b.name)
    : compareText(keyOf(a), keyOf(b));
}
