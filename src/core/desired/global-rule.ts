import { type AnyDesired, type ResolvedObject, idOnGateway, refOf } from "../model/index.ts";
import { type Context, pluginsWith } from "./source-values.ts";

/** The Admin global rule of a GatewayGlobalRule; the kind has room for nothing but plugins. */
export function translateGlobalRule(
  { manifest }: ResolvedObject<"GatewayGlobalRule">,
  context: Context,
): readonly AnyDesired[] {
  const origin = refOf(manifest);
  const id = idOnGateway({ ...origin, kind: manifest.kind }, context.instance);
  if (id === undefined) return [];
  const { plugins = {}, ...hidden } = pluginsWith(
    manifest.spec.plugins,
    manifest.spec.pluginsFrom,
    origin.namespace,
    context,
  );
  return [{ kind: "global_rules", id, body: { plugins }, ...hidden, origin, references: [] }];
}
