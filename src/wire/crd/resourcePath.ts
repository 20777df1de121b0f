import { apiVersion, type ResourceKind } from "../../core/model/index.ts";
import { kinds } from "./kinds.ts";

/** Where the API server keeps the objects of a kind: `/apis/apisix-operator.dev/v1alpha1/…`, and their plural name. */
export function resourcePath(kind: ResourceKind): {
  readonly base: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
} {
  return { base: `/apis/${apiVersion}`, plural: kinds[kind].plural, isNamespaced: kinds[kind].scope === "Namespaced" };
}
