import { certificateKind } from "./certificate.ts";
import { consumerKind } from "./consumer.ts";
import { consumerGroupKind } from "./consumerGroup.ts";
import { gatewayKind } from "./gateway.ts";
import { globalRuleKind } from "./globalRule.ts";
import { pluginConfigKind } from "./pluginConfig.ts";
import { pluginMetadataKind } from "./pluginMetadata.ts";
import { protoKind } from "./proto.ts";
import { routeKind } from "./route.ts";
import { secretProviderKind } from "./secretProvider.ts";
import { serviceKind } from "./service.ts";
import { streamRouteKind } from "./streamRoute.ts";
import { upstreamKind } from "./upstream.ts";

/** Every kind there is. One more is one more file and one more line here. */
export const kinds = {
  ApisixGateway: gatewayKind,
  GatewayRoute: routeKind,
  GatewayService: serviceKind,
  GatewayUpstream: upstreamKind,
  GatewayPluginConfig: pluginConfigKind,
  GatewayGlobalRule: globalRuleKind,
  GatewayPluginMetadata: pluginMetadataKind,
  GatewayConsumer: consumerKind,
  GatewayConsumerGroup: consumerGroupKind,
  GatewayStreamRoute: streamRouteKind,
  GatewayProto: protoKind,
  GatewayCertificate: certificateKind,
  GatewaySecretProvider: secretProviderKind,
};
