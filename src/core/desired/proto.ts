import { type AdminProto, type AnyDesired, type LocalKeyRef, type ResolvedObject, refOf } from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
import type { Context } from "./source-values.ts";

/** The Admin proto of a GatewayProto. */
export function translateProto({ manifest }: ResolvedObject<"GatewayProto">, context: Context): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const body: AdminProto = {
    ...(spec.desc !== undefined && { desc: spec.desc }),
    content: spec.content ?? contentIn(spec.contentFrom, origin.namespace, context),
    labels: labelsOf(spec.labels, context.instance, origin),
  };
  return [{ kind: "protos", id: referenceTo(manifest).id, body, origin, references: [] }];
}

function contentIn(ref: LocalKeyRef | undefined, namespace: string, { valueOf }: Context): string {
  return ref === undefined ? "" : valueOf({ kind: "ConfigMap", namespace, ...ref }).reveal();
}
