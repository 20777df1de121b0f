import { nearest } from "./nearest.ts";

// The plugins of APISIX 3.18. Source: apache/apisix 3.18, apisix/cli/config.lua (the defaults), and the `priority` of each
// apisix/plugins/*.lua.

/** Enabled for HTTP, by falling priority: the order in which they run and in which `GET /plugins/list` names them. */
export const httpPlugins: readonly string[] = `
real-ip ai client-control proxy-buffering proxy-control request-id zipkin ext-plugin-pre-req fault-injection mocking
serverless-pre-function cors ip-restriction ua-restriction referer-restriction csrf uri-blocker request-validation
chaitin-waf multi-auth openid-connect saml-auth cas-auth authz-casbin authz-casdoor wolf-rbac ldap-auth-advanced
ldap-auth hmac-auth basic-auth jwt-auth jwe-decrypt key-auth dingtalk-auth feishu-auth acl consumer-restriction
attach-consumer-label forward-auth opa authz-keycloak data-mask proxy-cache body-transformer ai-request-rewrite
ai-prompt-guard ai-prompt-template ai-prompt-decorator ai-rag ai-proxy-multi ai-proxy ai-cache
ai-aws-content-moderation ai-rate-limiting ai-aliyun-content-moderation ai-lakera-guard proxy-mirror
graphql-proxy-cache proxy-rewrite workflow api-breaker graphql-limit-count limit-conn limit-count limit-req gzip
traffic-label traffic-split redirect response-rewrite oas-validator mcp-bridge degraphql kafka-proxy grpc-transcode
grpc-web http-dubbo public-api prometheus datadog lago loki-logger elasticsearch-logger echo loggly http-logger
splunk-hec-logging skywalking-logger google-cloud-logging sls-logger tcp-logger kafka-logger rocketmq-logger syslog
udp-logger file-logger clickhouse-logger tencent-cloud-cls inspect example-plugin aws-lambda azure-functions openwhisk
openfunction serverless-post-function ext-plugin-post-req ext-plugin-post-resp
`
  .trim()
  .split(/\s+/);

/** Enabled for TCP and UDP, by falling priority. */
export const streamPlugins: readonly string[] = [
  "ip-restriction",
  "limit-conn",
  "mqtt-proxy",
  "traffic-split",
  "syslog",
];

/** Installed, so that they may have metadata, but not enabled by default. */
export const dormantPlugins: readonly string[] = `
batch-requests brotli dubbo-proxy error-log-logger error-page exit-transformer gm log-rotate node-status ocsp-stapling
opentelemetry server-info skywalking
`
  .trim()
  .split(/\s+/);

const names: ReadonlySet<string> = new Set([...httpPlugins, ...streamPlugins, ...dormantPlugins]);

/** Whether APISIX has a plugin of this name, enabled or not. */
export function isPluginName(name: string): boolean {
  return names.has(name);
}

/** The plugin of APISIX that was most likely meant; `undefined` where this is one, or none is near. */
export function pluginMeantBy(name: string): string | undefined {
  return isPluginName(name) ? undefined : nearest(name, [...names].sort());
}
