import { gatewayKind } from "./gateway.ts";
import { pluginConfigKind } from "./pluginConfig.ts";
import { routeKind } from "./route.ts";
import { serviceKind } from "./service.ts";
import { upstreamKind } from "./upstream.ts";

/** Every kind there is. One more is one more file and one more line here. */
export const kinds = {
  ApisixGateway: gatewayKind,
  GatewayRoute: routeKind,
  GatewayService: serviceKind,
  GatewayUpstream: upstreamKind,
  GatewayPluginConfig: pluginConfigKind,
};
