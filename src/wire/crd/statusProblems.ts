import type { FieldProblem, ResourceKind } from "../../core/model/index.ts";
import { conform } from "./conform.ts";
import { kinds } from "./kinds.ts";
import { problemsOf } from "./problems.ts";

/** Why the API server would refuse or prune this status; empty for one that it takes as it is. For tests of its writers. */
export function statusProblems(kind: ResourceKind, status: unknown): readonly FieldProblem[] {
  const { status: schema, statusSchema } = kinds[kind];
  const { value, unknownFields } = conform(status, statusSchema, ["status"]);
  const parsed = schema.safeParse(value);
  const issues = parsed.success ? [] : parsed.error.issues;
  return [...unknownFields, ...problemsOf(issues, value, statusSchema, ["status"])];
}
