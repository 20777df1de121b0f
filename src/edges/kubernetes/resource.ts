import { type ResourceKind, apiGroup, apiVersion, isJsonObject } from "../../core/model/index.ts";

/** A kind as the API server's URLs know it. `group` is "" for the core group. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

/** Names one object of a known type. `namespace` is "" where the type has none. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** An object as it came over the wire: raw JSON, nothing converted, nothing checked but that it has metadata. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: KubeMeta;
  readonly [field: string]: unknown;
}

export interface KubeMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Opaque: equal or not, never less or more. */
  readonly resourceVersion?: string;
  readonly finalizers?: readonly string[];
  readonly [field: string]: unknown;
}

/** The type of one of our custom resources. */
export function customResource(kind: ResourceKind): ResourceType {
  return {
    group: apiGroup,
    version: apiVersion.slice(apiGroup.length + 1),
    plural: `${kind.toLowerCase()}s`,
    kind,
    isNamespaced: kind !== "ApisixGateway",
  };
}

export const secrets: ResourceType = core("secrets", "Secret", true);
export const configMaps: ResourceType = core("configmaps", "ConfigMap", true);
export const namespaces: ResourceType = core("namespaces", "Namespace", false);
export const customResourceDefinitions: ResourceType = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  isNamespaced: false,
};
export const leases: ResourceType = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  isNamespaced: true,
};
export const endpointSlices: ResourceType = {
  group: "discovery.k8s.io",
  version: "v1",
  plural: "endpointslices",
  kind: "EndpointSlice",
  isNamespaced: true,
};
export const events: ResourceType = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
  isNamespaced: true,
};

function core(plural: string, kind: string, isNamespaced: boolean): ResourceType {
  return { group: "", version: "v1", plural, kind, isNamespaced };
}

export function apiVersionOf({ group, version }: ResourceType): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Path of a collection; `namespace` "" means all of them (or a type without). */
export function collectionPath(type: ResourceType, namespace = ""): string {
  const root = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const scope = type.isNamespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${type.plural}`;
}

export function objectPath(type: ResourceType, { namespace, name }: ObjectName, subresource?: "status"): string {
  const path = `${collectionPath(type, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** `shop/cart`, or `main` without a namespace: the key of an object within its type. */
export function storeKeyOf({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

export function isKubeObject(value: unknown): value is KubeObject {
  if (!isJsonObject(value)) return false;
  const metadata = value["metadata"];
  return isJsonObject(metadata) && typeof metadata["name"] === "string";
}
