import type { ProtoSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attached, localKeyRef } from "./common.ts";
import { object, optional, text } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const spec = object(
  "A protocol buffer definition.",
  {
    ...attached,
    content: optional(
      text("The definition: the text of a .proto file, or a descriptor set in base64.", { min: 1, max: 1_048_576 }),
    ),
    contentFrom: optional(localKeyRef("A ConfigMap that holds the definition, and the key in it. It is followed.")),
  },
  {
    rules: [
      {
        cel: "has(self.content) != has(self.contentFrom)",
        message: "needs either content or contentFrom: one of the two, and not both",
        holds: (it) => "content" in it !== "contentFrom" in it,
      },
    ],
  },
);

export const protoKind = defineKind<"GatewayProto", ProtoSpec>({
  kind: "GatewayProto",
  plural: "gatewayprotos",
  singular: "gatewayproto",
  shortName: "gwp",
  scope: "Namespaced",
  description:
    "A protocol buffer definition for the plugin grpc-transcode, whose proto_id is status.adminId. APISIX 3.13 and newer.",
  spec,
  status: attachedStatus,
  columns: [readyColumn, warningsColumn, ageColumn, adminIdColumn, gatewayColumn, messageColumn],
});
