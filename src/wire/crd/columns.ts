/** A column of `kubectl get`; `wide` ones show with `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "date";
  readonly jsonPath: string;
  readonly description: string;
  readonly wide?: boolean;
}

export const ageColumn: Column = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  description: "Time since the object was created.",
};

export const readyColumn: Column = {
  name: "Ready",
  type: "string",
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
  description: "Whether the gateway has acknowledged the object as it stands here.",
};

export const warningsColumn: Column = {
  name: "Warnings",
  type: "integer",
  jsonPath: ".status.warnings",
  description: "How many warnings and errors stand in status.diagnostics.",
};

export const adminIdColumn: Column = {
  name: "Admin ID",
  type: "string",
  jsonPath: ".status.adminId",
  description: "Id of the object on the gateway.",
  wide: true,
};

export const gatewayColumn: Column = {
  name: "Gateway",
  type: "string",
  jsonPath: ".status.gateway",
  description: "The ApisixGateway that the object belongs to.",
  wide: true,
};

export const messageColumn: Column = {
  name: "Message",
  type: "string",
  jsonPath: '.status.conditions[?(@.type=="Ready")].message',
  description: "What the Ready condition says.",
  wide: true,
};
