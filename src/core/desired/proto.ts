import { type AdminProto, type AnyDesired, type ResolvedObject, refOf } from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";

/** The Admin proto of a GatewayProto. */
export function translateProto({ manifest }: ResolvedObject<"GatewayProto">, instance: string): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const body: AdminProto = {
    ...(spec.desc !== undefined && { desc: spec.desc }),
    content: spec.content,
    labels: labelsOf(spec.labels, instance, origin),
  };
  return [{ kind: "protos", id: referenceTo(manifest).id, body, origin, references: [] }];
}
