import { apiGroup, apiVersion, resourceKinds, type JsonObject, type ResourceKind } from "../../core/model/index.ts";
import type { Column } from "./columns.ts";
import { kinds } from "./kinds.ts";
import type { StructuralSchema } from "./structural.ts";

/** The CustomResourceDefinition of a kind, as `kubectl apply` takes it. */
export function customResourceDefinition(kind: ResourceKind) {
  const { plural, singular, shortName, scope, columns } = kinds[kind];
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${apiGroup}` },
    spec: {
      group: apiGroup,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        shortNames: [shortName],
        categories: ["apisix"],
      },
      scope,
      versions: [
        {
          name: apiVersion.slice(apiGroup.length + 1),
          served: true,
          storage: true,
          additionalPrinterColumns: columns.map(printerColumn),
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: rootSchema(kind),
          },
        },
      ],
    },
  };
}

/** All of them, in the order of the kinds. */
export function customResourceDefinitions() {
  return resourceKinds.map(customResourceDefinition);
}

function rootSchema(kind: ResourceKind): StructuralSchema {
  const { description, specSchema, statusSchema } = kinds[kind];
  return {
    description,
    type: "object",
    required: ["spec"],
    properties: {
      apiVersion: { description: `Always ${apiVersion}.`, type: "string" },
      kind: { description: `Always ${kind}.`, type: "string" },
      metadata: { type: "object" },
      spec: specSchema,
      status: statusSchema,
    },
  };
}

function printerColumn({ name, type, jsonPath, description, wide }: Column): JsonObject {
  return { name, type, jsonPath, description, ...(wide === true ? { priority: 1 } : {}) };
}
