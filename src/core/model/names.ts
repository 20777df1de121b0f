/** Names that never change: product contract, section 11. */
export const apiGroup = "apisix-operator.dev";
export const apiVersion = `${apiGroup}/v1alpha1`;
export const finalizer = `${apiGroup}/gateway-cleanup`;
export const fieldManager = "apisix-route-operator";
export const statusFieldManager = "apisix-route-operator-status";
export const leaseName = "apisix-route-operator";

export const annotations = {
  adopt: `${apiGroup}/adopt`,
  pause: `${apiGroup}/pause`,
  force: `${apiGroup}/force`,
  approveDeletion: `${apiGroup}/approve-deletion`,
  takeOver: `${apiGroup}/take-over`,
} as const;

/** Labels on every object we write to a gateway. Values hold no whitespace and at most 64 characters (APISIX < 3.4). */
export const ownerLabels = {
  managedBy: "managed-by",
  instance: "instance",
  origin: "origin",
  prioritySource: "priority-source",
  keyHash: "key-hash",
  writtenAs: "written-as",
} as const;
export const managedByValue = "apisix-route-operator";
