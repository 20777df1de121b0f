import {
  type AnyResolved,
  type AttachedManifest,
  type Plugins,
  type PluginValueFrom,
  Secret,
  type SecretPlace,
  type Snapshot,
  type SourceRef,
  hiddenText,
  sourceKeyOf,
  valueKeyOf,
  withValueAt,
} from "../model/index.ts";
import { sourcesIn } from "./sources-in.ts";

/** What a translation needs beside the resource. */
export interface Context {
  readonly instance: string;
  /** The value of a source that was found to be there. */
  readonly valueOf: (source: SourceRef) => Secret;
}

/** What a resource takes from elsewhere, by `valueKeyOf`, as far as somebody looked. */
export function valuesOf(
  manifest: AttachedManifest,
  { sources }: Pick<Snapshot, "sources">,
): ReadonlyMap<string, Secret> {
  const wanted = sourcesIn(manifest);
  if (wanted.length === 0) return nothing;
  const found = wanted.flatMap(({ ref }): [string, Secret][] => {
    const state = sources?.get(sourceKeyOf(ref));
    const value = state?.kind === "read" ? state.values.get(ref.key) : undefined;
    return value === undefined ? [] : [[valueKeyOf(ref), value]];
  });
  return new Map(found);
}

const nothing: ReadonlyMap<string, Secret> = new Map();

/** Where nobody can look at Secrets, each value is there and nobody knows it. */
export function contextOf({ values }: Pick<AnyResolved, "values">, instance: string): Context {
  return { instance, valueOf: (ref) => values.get(valueKeyOf(ref)) ?? new Secret(hiddenText) };
}

const noPlugins = {};

/** Plugins as a body shows them, and the values out of Secrets that belong there. */
export function pluginsWith(
  plugins: Plugins | undefined,
  from: readonly PluginValueFrom[] | undefined,
  namespace: string,
  { valueOf }: Context,
): { readonly plugins?: Plugins; readonly secrets?: readonly SecretPlace[] } {
  if (from === undefined || from.length === 0) return plugins === undefined ? noPlugins : { plugins };
  const secrets = from.map(({ plugin, field, secretRef }): SecretPlace => {
    const value = valueOf({ kind: "Secret", namespace, ...secretRef });
    return { path: ["plugins", plugin, ...field.split(".")], value };
  });
  const shown = secrets.reduce((body, { path }) => withValueAt(body, path, hiddenText), { plugins: plugins ?? {} });
  return { plugins: shown.plugins, secrets };
}
