import {
  type Minor,
  dormantPlugins,
  httpPlugins,
  isAtLeast,
  isPluginName,
  streamPlugins,
} from "../../../core/model/index.ts";

// Which of the plugins a gateway has, and which of them came after 3.3. Source: apache/apisix 3.3 to 3.18,
// conf/config-default.yaml, later apisix/cli/config.lua (the defaults).

/** The plugins that came with a release; all others 3.3 had already. */
const arrivals: readonly (readonly [since: Minor, names: string])[] = [
  ["3.4", "loki-logger"],
  ["3.5", "chaitin-waf"],
  ["3.8", "jwe-decrypt multi-auth"],
  ["3.9", "http-dubbo"],
  ["3.11", "ai-prompt-decorator ai-prompt-template ai-proxy attach-consumer-label"],
  ["3.12", "ai-aws-content-moderation ai-prompt-guard ai-proxy-multi ai-rag ai-rate-limiting ai-request-rewrite"],
  ["3.13", "lago mcp-bridge"],
  ["3.14", "ai-aliyun-content-moderation"],
  ["3.17", "acl data-mask dingtalk-auth feishu-auth graphql-limit-count graphql-proxy-cache oas-validator"],
  ["3.17", "proxy-buffering saml-auth traffic-label"],
  ["3.18", "ai-cache ai-lakera-guard ldap-auth-advanced"],
];
const since = new Map(arrivals.flatMap(([minor, names]) => names.split(" ").map((name) => [name, minor])));

/**
 * The plugins that are enabled: those that the configuration of a gateway lists for HTTP (`plugins`), or what its version
 * enables by itself.
 */
export class EnabledPlugins {
  readonly version: string;
  #http: readonly string[] = [];

  constructor(version: string, listed?: readonly string[]) {
    this.version = version;
    this.list(listed);
  }

  /** From now on these, as after a reload. A name that is not installed is passed over, as APISIX does. */
  list(listed: readonly string[] | undefined): void {
    const known = listed === undefined ? httpPlugins : [...httpPlugins, ...dormantPlugins];
    const isWanted = (name: string) => listed === undefined || listed.includes(name);
    this.#http = known.filter((name) => isWanted(name) && isInstalled(name, this.version));
  }

  /** By falling priority. */
  of(subsystem: "http" | "stream"): readonly string[] {
    if (subsystem === "http") return this.#http;
    return streamPlugins.filter((name) => name !== "traffic-split" || isAtLeast(this.version, "3.14"));
  }
}

/** Whether there is such a plugin, enabled or not. */
export function isInstalled(name: string, version: string): boolean {
  if (!isPluginName(name)) return false;
  const minor = since.get(name);
  return minor === undefined || isAtLeast(version, minor);
}

/** Plugins that say who the consumer is: `type = 'auth'`. */
export const authPlugins: readonly string[] = `
basic-auth hmac-auth jwe-decrypt jwt-auth key-auth ldap-auth ldap-auth-advanced multi-auth wolf-rbac
`
  .trim()
  .split(/\s+/);

/** Fields that are stored encrypted (`encrypt_fields`), of the plugins whose schema is not spelled out here. */
export const encryptedFields: Readonly<Record<string, readonly string[]>> = {
  "ai-aliyun-content-moderation": ["access_key_secret"],
  "ai-aws-content-moderation": ["comprehend.secret_access_key"],
  "ai-rate-limiting": ["redis_password", "sentinel_password"],
  "authz-casdoor": ["client_secret"],
  "authz-keycloak": ["client_secret"],
  "azure-functions": ["authorization.apikey"],
  "cas-auth": ["cookie.secret"],
  "clickhouse-logger": ["password"],
  csrf: ["key"],
  "dingtalk-auth": ["app_secret", "secret", "secret_fallbacks"],
  "elasticsearch-logger": ["auth.password", "headers"],
  "feishu-auth": ["app_secret", "secret", "secret_fallbacks"],
  "google-cloud-logging": ["auth_config.private_key"],
  "http-logger": ["auth_header"],
  "kafka-logger": ["brokers.sasl_config.password"],
  "kafka-proxy": ["sasl.password"],
  lago: ["token"],
  "ldap-auth-advanced": ["ldap_password"],
  "limit-conn": ["redis_password"],
  "limit-req": ["redis_password"],
  loggly: ["customer_token"],
  "loki-logger": ["headers"],
  openfunction: ["authorization.service_token"],
  openwhisk: ["service_token"],
  "rocketmq-logger": ["secret_key"],
  "saml-auth": ["sp_private_key", "secret", "secret_fallbacks"],
  "sls-logger": ["access_key_secret"],
  "splunk-hec-logging": ["endpoint.token"],
  "tencent-cloud-cls": ["secret_key"],
};
