import type { z } from "zod";
import type { FieldProblem, JsonObject, Manifest, ObjectMeta, ResourceKind } from "../../core/model/index.ts";
import type { Column } from "./columns.ts";
import { conform } from "./conform.ts";
import { problemsOf } from "./problems.ts";
import { structuralSchema, type StructuralSchema } from "./structural.ts";

/** What makes a custom resource: one such object per kind, and everything else follows from it. */
interface KindDescription<Kind extends ResourceKind, Spec> {
  readonly kind: Kind;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly scope: "Cluster" | "Namespaced";
  /** First paragraph of `kubectl explain`. */
  readonly description: string;
  readonly spec: z.ZodType<Spec>;
  readonly status: z.ZodType;
  readonly columns: readonly Column[];
}

/** A kind as the decoder and the CRD generator use it. */
export interface KindDefinition<Kind extends ResourceKind, Spec> extends KindDescription<Kind, Spec> {
  readonly specSchema: StructuralSchema;
  readonly statusSchema: StructuralSchema;
  /** Unknown fields are told apart: in a file they are typos, the API server prunes them. */
  readonly readSpec: (raw: unknown) => SpecReading<Kind, Spec>;
}

export interface SpecReading<Kind extends ResourceKind, Spec> {
  readonly unknownFields: readonly FieldProblem[];
  /** Empty exactly where `manifest` is there. */
  readonly problems: readonly FieldProblem[];
  readonly manifest?: (meta: ObjectMeta, status: JsonObject | undefined) => Manifest<Kind, Spec>;
}

export function defineKind<Kind extends ResourceKind, Spec>(
  description: KindDescription<Kind, Spec>,
): KindDefinition<Kind, Spec> {
  const { kind } = description;
  const specSchema = structuralSchema(description.spec);
  return {
    ...description,
    specSchema,
    statusSchema: structuralSchema(description.status),
    readSpec: (raw) => {
      const { value, unknownFields } = conform(raw ?? undefined, specSchema, ["spec"]);
      const parsed = description.spec.safeParse(value);
      if (!parsed.success)
        return { unknownFields, problems: problemsOf(parsed.error.issues, value, specSchema, ["spec"]) };
      const spec = parsed.data;
      const manifest = (meta: ObjectMeta, status: JsonObject | undefined): Manifest<Kind, Spec> =>
        status === undefined ? { kind, meta, spec } : { kind, meta, spec, status };
      return { unknownFields, problems: [], manifest };
    },
  };
}
