import { type AnyDesired, type ResolvedObject, idOnGateway, refOf } from "../model/index.ts";

/** The Admin global rule of a GatewayGlobalRule; the kind has room for nothing but plugins. */
export function translateGlobalRule(
  { manifest }: ResolvedObject<"GatewayGlobalRule">,
  instance: string,
): readonly AnyDesired[] {
  const origin = refOf(manifest);
  const id = idOnGateway({ ...origin, kind: manifest.kind }, instance);
  if (id === undefined) return [];
  return [{ kind: "global_rules", id, body: { plugins: manifest.spec.plugins }, origin, references: [] }];
}
