import { violationOf, type Schema } from "../schema/check.ts";
import { kindSchemas } from "../schema/kinds.ts";
import { secretSchemas } from "../schema/secrets.ts";
import { isAtLeast, type Minor } from "../../../core/model/index.ts";
import { asOf } from "../schema/as-of.ts";
import { isInstalled } from "../schema/plugin-names.ts";
import { pluginSpecOf } from "../plugins/catalogue.ts";
import type { BodyCheck } from "./context.ts";
import { duplicateKey, pluginInTwoGlobalRules } from "./collisions.ts";
import { isAddressOrRange } from "./addresses.ts";
import { sslFault } from "./certificates.ts";
import { credentialPluginsFault, pluginsFault } from "./plugin-check.ts";
import { protoFault } from "./proto-check.ts";
import { reference, superior } from "./references.ts";
import { filterFunctionFault, onlyOneOf, scriptFault, varsFault } from "./route-check.ts";
import { inlineUpstreamFault, upstreamFault } from "./upstream-check.ts";
import {
  anyUser,
  namedBy,
  namedInPlugins,
  splitsTrafficTo,
  superiorOf,
  transcodesWith,
  type UsageCheck,
} from "./usage.ts";
import { written } from "../schema/lua.ts";

/** A kind of the Admin API, as data: another one is another entry. */
export interface Kind {
  /** The segment of the URL. */
  readonly name: string;
  /** How messages call one of them. */
  readonly label: string;
  readonly schema: Schema | undefined;
  /** The release that brought the kind. */
  readonly since?: Minor;
  /** In this order; the first that finds something ends it. */
  readonly checks: readonly BodyCheck[];
  readonly usedBy?: UsageCheck;
  readonly lacks: readonly ("post" | "patch")[];
  /** Where the id comes from. `name`: from the path or a field of its own, and it is not stored as `id`. */
  readonly identity: "id" | "name" | "manager/id";
  /** Which schemas of plugins apply to `plugins`. */
  readonly pluginRole: "route" | "consumer" | "none";
  /** Fields by which `filter=` can choose. */
  readonly filterFields: readonly string[];
}

// Source: apache/apisix 3.18, apisix/admin/*.lua; the order of the checks is theirs.

const followsSchema =
  (schema: Schema): BodyCheck =>
  (body, { version }) => {
    const violation = violationOf(asOf(schema, version), body);
    return violation === undefined ? undefined : `invalid configuration: ${violation}`;
  };
/** A check that came with a release. */
const since =
  (minor: Minor, check: BodyCheck): BodyCheck =>
  (body, context) =>
    isAtLeast(context.version, minor) ? check(body, context) : undefined;
const pluginsOfRoute: BodyCheck = ({ plugins }, context) =>
  pluginsFault(plugins, { role: "route", enabled: context.plugins });
const pluginsOfConsumer: BodyCheck = ({ plugins }, context) => {
  const fault = pluginsFault(plugins, { role: "consumer", enabled: context.plugins });
  return fault === undefined ? undefined : `invalid plugins configuration: ${fault}`;
};
const toUpstream = reference("upstream_id", "upstreams", "upstream");
const toService = reference("service_id", "services", "service");

const stillUsing = (thing: string, user: string) => (name: string) =>
  `can not delete this ${thing}, ${user} [${name}] is still using it now`;
const splitBy = (kind: string, user: string) =>
  namedInPlugins({ kind, names: splitsTrafficTo, sentence: stillUsing("upstream", `plugin in ${user}`) });

const ordinary = { lacks: [], identity: "id", pluginRole: "route", filterFields: [] } as const;

const kindList: readonly Kind[] = [
  {
    ...ordinary,
    name: "routes",
    label: "route",
    schema: kindSchemas.route,
    checks: [
      onlyOneOf("host", "hosts"),
      onlyOneOf("remote_addr", "remote_addrs"),
      followsSchema(kindSchemas.route),
      inlineUpstreamFault,
      toUpstream,
      toService,
      reference("plugin_config_id", "plugin_configs", "plugin config"),
      pluginsOfRoute,
      varsFault,
      filterFunctionFault,
      scriptFault,
    ],
    filterFields: ["service_id", "upstream_id"],
  },
  {
    ...ordinary,
    name: "services",
    label: "service",
    schema: kindSchemas.service,
    checks: [followsSchema(kindSchemas.service), inlineUpstreamFault, toUpstream, pluginsOfRoute, scriptFault],
    usedBy: anyUser(
      namedBy({ kind: "routes", field: "service_id", sentence: stillUsing("service directly", "route") }),
      namedBy({ kind: "stream_routes", field: "service_id", sentence: stillUsing("service directly", "stream_route") }),
    ),
  },
  {
    ...ordinary,
    name: "upstreams",
    label: "upstream",
    schema: kindSchemas.upstream,
    checks: [upstreamFault],
    pluginRole: "none",
    usedBy: anyUser(
      splitBy("routes", "route"),
      namedBy({ kind: "routes", field: "upstream_id", sentence: stillUsing("upstream", "route") }),
      splitBy("services", "service"),
      namedBy({ kind: "services", field: "upstream_id", sentence: stillUsing("upstream", "service") }),
      splitBy("plugin_configs", "plugin_config"),
      splitBy("consumers", "consumer"),
      splitBy("consumer_groups", "consumer_group"),
      splitBy("global_rules", "global_rules"),
    ),
  },
  {
    ...ordinary,
    name: "plugin_configs",
    label: "plugin config",
    schema: kindSchemas.plugin_config,
    checks: [followsSchema(kindSchemas.plugin_config), pluginsOfRoute],
    lacks: ["post"],
    usedBy: namedBy({ kind: "routes", field: "plugin_config_id", sentence: stillUsing("plugin config", "route") }),
  },
  {
    ...ordinary,
    name: "global_rules",
    label: "global rule",
    schema: kindSchemas.global_rule,
    checks: [followsSchema(kindSchemas.global_rule), pluginsOfRoute, since("3.15", pluginInTwoGlobalRules)],
    lacks: ["post"],
  },
  {
    ...ordinary,
    name: "consumer_groups",
    label: "consumer group",
    schema: kindSchemas.consumer_group,
    checks: [followsSchema(kindSchemas.consumer_group), pluginsOfRoute],
    lacks: ["post"],
    usedBy: namedBy({ kind: "consumers", field: "group_id", sentence: stillUsing("consumer group", "consumer") }),
  },
  {
    ...ordinary,
    name: "consumers",
    label: "consumer",
    schema: kindSchemas.consumer,
    checks: [
      followsSchema(kindSchemas.consumer),
      ({ username }, { id }) => (id !== undefined && id !== username ? "wrong username" : undefined),
      pluginsOfConsumer,
      since("3.18", duplicateKey),
      reference("group_id", "consumer_groups", "consumer group"),
    ],
    lacks: ["post", "patch"],
    identity: "name",
    pluginRole: "consumer",
  },
  {
    ...ordinary,
    name: "credentials",
    label: "credential",
    since: "3.11",
    schema: kindSchemas.credential,
    checks: [
      followsSchema(kindSchemas.credential),
      pluginsOfConsumer,
      ({ plugins }) => credentialPluginsFault(plugins),
      since("3.18", duplicateKey),
    ],
    lacks: ["post", "patch"],
    pluginRole: "consumer",
  },
  {
    ...ordinary,
    name: "ssls",
    label: "ssl",
    schema: kindSchemas.ssl,
    checks: [followsSchema(kindSchemas.ssl), sslFault],
    pluginRole: "none",
  },
  {
    ...ordinary,
    name: "protos",
    label: "proto",
    schema: kindSchemas.proto,
    checks: [followsSchema(kindSchemas.proto), protoFault],
    lacks: ["patch"],
    pluginRole: "none",
    usedBy: anyUser(
      namedInPlugins({ kind: "routes", names: transcodesWith, sentence: stillUsing("proto", "route") }),
      namedInPlugins({ kind: "services", names: transcodesWith, sentence: stillUsing("proto", "service") }),
    ),
  },
  {
    ...ordinary,
    name: "stream_routes",
    label: "stream route",
    schema: kindSchemas.stream_route,
    checks: [
      followsSchema(kindSchemas.stream_route),
      toUpstream,
      toService,
      since("3.15", superior),
      ({ plugins }, context) => pluginsFault(plugins, { role: "route", enabled: context.plugins, subsystem: "stream" }),
      parsableAddress("remote_addr"),
      parsableAddress("server_addr"),
    ],
    lacks: ["patch"],
    filterFields: ["service_id", "upstream_id"],
    usedBy: superiorOf,
  },
  {
    ...ordinary,
    name: "plugin_metadata",
    label: "plugin_metadata",
    schema: undefined,
    checks: [
      (body, context) => {
        const { id } = context;
        if (id === undefined) return "missing plugin name";
        if (!isInstalled(written(id), context.version)) return "invalid plugin name";
        const schema = pluginSpecOf(written(id), context.plugins)?.metadataSchema;
        return schema === undefined ? undefined : followsSchema(schema)(body, context);
      },
    ],
    lacks: ["post", "patch"],
    identity: "name",
    pluginRole: "none",
  },
  {
    ...ordinary,
    name: "secrets",
    label: "secret",
    schema: undefined,
    checks: [
      (body, context) => {
        const schema = secretSchemas[context.manager ?? ""];
        if (schema === undefined) return `invalid secret manager: ${context.manager ?? ""}`;
        return followsSchema(schema)(body, context);
      },
    ],
    lacks: ["post"],
    identity: "manager/id",
    pluginRole: "none",
  },
];

const kinds: ReadonlyMap<string, Kind> = new Map(kindList.map((kind) => [kind.name, kind]));

/** The kind of that name, if a version of APISIX has it. */
export function kindOf(name: string, version: string): Kind | undefined {
  const kind = kinds.get(name);
  return kind?.since === undefined || isAtLeast(version, kind.since) ? kind : undefined;
}

export function kindsOf(version: string): readonly Kind[] {
  return kindList.filter(({ since: minor }) => minor === undefined || isAtLeast(version, minor));
}

function parsableAddress(field: string): BodyCheck {
  return (body) => {
    const address = body[field];
    return address === undefined || isAddressOrRange(written(address))
      ? undefined
      : `invalid ${field}: ${written(address)}`;
  };
}
