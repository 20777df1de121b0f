import { type Fault, type FieldPath, type Json, type JsonObject, isJsonObject } from "../../core/model/index.ts";

/**
 * What the gateway's words about an object that it refuses are about. The place is followed through the body as far as it
 * leads, so that nothing which is only quoted (a value, perhaps a secret one) is ever taken for a field.
 * Source: apache/apisix 3.3 to 3.18, apisix/admin and apisix/plugin.lua, check_single_plugin_schema(); the validator's words:
 * api7/jsonschema, lib/jsonschema.lua, generate_validator().
 */
export function decodeFault(text: string, body: JsonObject): Fault {
  const words = text.replace(beforeWords, "");
  const unknown = /^unknown plugin \[([^\]]+)\]/.exec(words)?.[1];
  if (unknown !== undefined) return fault("unknownPlugin", { path: ["plugins", unknown] }, body);
  if (words.startsWith("invalid plugin name")) return { about: "unknownPlugin" };
  for (const pattern of aboutPlugin) {
    const match = pattern.exec(words);
    const { plugin, rest = "", below } = match?.groups ?? {};
    if (plugin === undefined) continue;
    const place = placeIn(rest);
    return fault("plugin", { ...place, path: ["plugins", plugin, ...(below?.split(".") ?? []), ...place.path] }, body);
  }
  if (words.startsWith("failed to validate the 'vars' expression")) return conditionFault(body);
  // It stands in the address.
  if (words.startsWith('invalid configuration: property "id" ')) return { about: "schema", path: ["id"] };
  const [, , field] = named.find(([pattern, holds]) => pattern.test(words) && holds(body)) ?? [];
  if (field !== undefined) return fault("schema", { path: field, isMissing: true }, body);
  return fault("schema", placeIn(words.replace(/^invalid configuration: /, "")), body);
}

/** Of consumers; and without etcd before 3.15, of the item in the whole configuration. */
const beforeWords = /^(invalid \w+ at index \d+, err: )?(invalid plugins configuration: )?/;

const aboutPlugin: readonly RegExp[] = [
  /^failed to check the configuration of plugin (?<plugin>\S+) err: (?<rest>[\s\S]*)/,
  /^failed to load (?<below>_meta\.pre_function) in plugin (?<plugin>\S+): /,
  /^invalid plugin conf [\s\S]* for plugin \[(?<plugin>[^\]]+)\]$/,
  /^duplicate key of plugin (?<plugin>\S+) found /,
  /^plugin '(?<plugin>[^']+)' already exists in global rule /,
];

type Named = readonly [words: RegExp, holds: (body: JsonObject) => boolean, field: FieldPath];

/** Checks that are no schema's, and the field that each is about; an inline upstream is checked as one of its own. */
const named: readonly Named[] = [
  [/^failed to load 'filter_func'/, always, ["filter_func"]],
  [/^failed to fetch service info/, always, ["service_id"]],
  [/^failed to fetch plugin config info/, always, ["plugin_config_id"]],
  [/^failed to fetch consumer group info/, always, ["group_id"]],
  [/^failed to fetch stream routes\[|^stream route can not set itself/, always, ["protocol", "superior_id"]],
  [/^failed to fetch upstream info/, ({ upstream_id: id }) => id !== undefined, ["upstream_id"]],
  ...ofUpstream(/^failed to fetch ssl info/, ["tls", "client_cert_id"]),
  ...ofUpstream(/^invalid port |^invalid configuration: IPv6 address must be enclosed/, ["nodes"]),
  ...ofUpstream(/^`upstream_host` can't be empty/, ["upstream_host"]),
  ...ofUpstream(/^missing key$|^invalid configuration: failed to match pattern "\^\(\(uri\|/, ["key"]),
  [/^invalid remote_addr: /, always, ["remote_addr"]],
  [/^invalid server_addr: /, always, ["server_addr"]],
  [/^invalid content: /, always, ["content"]],
  [/^failed to validate client_cert: /, always, ["client", "ca"]],
  [/^failed to parse cert: /, always, ["cert"]],
  [/^failed to (parse|decrypt previous encrypted) key|^mismatched number of certs|^key and cert /, always, ["key"]],
];

function ofUpstream(words: RegExp, field: FieldPath): readonly Named[] {
  return [
    [words, ({ upstream }) => isJsonObject(upstream), ["upstream", ...field]],
    [words, always, field],
  ];
}

/** Conditions stand in more than one place, and the words don't say in which they were found. */
function conditionFault(body: JsonObject): Fault {
  const { vars, plugins } = body;
  const filtered = Object.entries(isJsonObject(plugins) ? plugins : {}).flatMap(([name, config]): FieldPath[] => {
    const meta = isJsonObject(config) ? config["_meta"] : undefined;
    return isJsonObject(meta) && meta["filter"] !== undefined ? [["plugins", name, "_meta", "filter"]] : [];
  });
  const [path, ...others] = [...(vars === undefined ? [] : [["vars"]]), ...filtered];
  if (path === undefined || others.length > 0) return { about: "schema" };
  return { about: path === filtered[0] ? "plugin" : "schema", path };
}

function always(): boolean {
  return true;
}

// A text as Lua quotes it: %q.
const quoted = String.raw`"((?:[^"\\]|\\[\s\S])*)"`;

/** What the validator says on its way to the fault: a step inwards each, but for the parts of a combined schema. */
const inwards: readonly (readonly [RegExp, (name: string) => FieldPath])[] = [
  [new RegExp(`^property ${quoted} validation failed: `), (name) => [unquoted(name)]],
  [/^failed to validate item (\d+): /, (place) => [Number(place) - 1]],
  [/^failed to validate (.+?) \(matching "[^"]*"\): /, (name) => [name]],
  [new RegExp(`^failed to validate dependent schema for ${quoted}: `), () => []],
  [/^allOf (\d+) failed: /, () => []],
];

/** What it says of the last step: a field that is missing, or one too many. */
const missing = new RegExp(`^property ${quoted} is required`);
const needless = /^additional properties forbidden, found ([\s\S]+)$/;

interface Place {
  readonly path: FieldPath;
  /** The last step is not there, and that is the fault. */
  readonly isMissing?: boolean;
}

function placeIn(words: string): Place {
  const path: (string | number)[] = [];
  for (let rest = words; ;) {
    const [pattern, stepOf] = inwards.find(([each]) => each.test(rest)) ?? [];
    const match = pattern?.exec(rest);
    if (match === null || match === undefined || stepOf === undefined) return lastIn(rest, path);
    path.push(...stepOf(match[1] ?? ""));
    rest = rest.slice(match[0].length);
  }
}

function lastIn(words: string, path: FieldPath): Place {
  const [, lacked] = missing.exec(words) ?? [];
  if (lacked !== undefined) return { path: [...path, unquoted(lacked)], isMissing: true };
  const [, extra] = needless.exec(words) ?? [];
  return { path: extra === undefined ? path : [...path, extra] };
}

function unquoted(name: string): string {
  return name.replaceAll(/\\([\s\S])/g, "$1");
}

function fault(about: Fault["about"], place: Place, body: JsonObject): Fault {
  const path = followed(place, body);
  return path.length === 0 ? { about } : { about, path };
}

/** As far as the path leads through the body. */
function followed({ path, isMissing = false }: Place, body: JsonObject): FieldPath {
  let at: Json | undefined = body;
  for (const [depth, step] of path.entries()) {
    const below = childOf(at, step);
    if (below === undefined) {
      const isLast = isMissing && depth === path.length - 1 && isJsonObject(at);
      return isLast ? path : path.slice(0, depth);
    }
    at = below;
  }
  return path;
}

function childOf(value: Json | undefined, step: string | number): Json | undefined {
  if (typeof step === "number") return Array.isArray(value) ? (value as readonly Json[])[step] : undefined; // a list of JSON
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
