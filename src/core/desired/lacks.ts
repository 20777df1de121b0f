import {
  type AdminKind,
  type FieldPath,
  type Json,
  type JsonObject,
  type Minor,
  isJsonObject,
} from "../model/index.ts";

/** Something that came with a release of APISIX. */
export interface Lack {
  readonly since: Minor;
  /** What it is, as a sentence goes on: "APISIX 3.12.0 has no …". */
  readonly what: string;
  /** `refused`: an older gateway answers 400. `ignored`: it takes the object and does nothing about it. */
  readonly outcome: "refused" | "ignored";
  readonly kinds: readonly AdminKind[] | "all";
  /** Where the object has it: every place, none if it has not; the empty path is the whole object. */
  readonly placesIn: (body: JsonObject) => readonly FieldPath[];
}

const anywhere = (): readonly FieldPath[] => [[]];

/**
 * What the versions from 3.3 to 3.18 lack, as far as our resources can say it.
 * Source: apache/apisix, apisix/schema_def.lua of the releases named and of the one before each.
 */
export const lacks: readonly Lack[] = [
  { since: "3.11", what: "credentials of consumers", outcome: "refused", kinds: ["credentials"], placesIn: anywhere },
  // Without labels the operator would not know its own objects again.
  { since: "3.13", what: "labels on protos", outcome: "refused", kinds: ["protos"], placesIn: anywhere },
  { since: "3.8", what: "labels on stream routes", outcome: "refused", kinds: ["stream_routes"], placesIn: anywhere },
  { since: "3.4", what: "labels of more than 64 characters", outcome: "refused", kinds: "all", placesIn: longLabels },
  { since: "3.13", what: "usernames with a hyphen", outcome: "refused", kinds: ["consumers"], placesIn: username(/-/) },
  {
    since: "3.15",
    what: "usernames of more than 100 characters",
    outcome: "refused",
    kinds: ["consumers"],
    placesIn: username(/^.{101}/),
  },
  { since: "3.15", what: 'hosts "*"', outcome: "refused", kinds: ["routes", "services"], placesIn: starHosts },
  { since: "3.8", what: "nodes without a port", outcome: "refused", kinds: "all", placesIn: portlessNodes },
  {
    since: "3.18",
    what: "methods of health checks",
    outcome: "ignored",
    kinds: "all",
    placesIn: probing("http_method"),
  },
  {
    since: "3.18",
    what: "bodies of health checks",
    outcome: "ignored",
    kinds: "all",
    placesIn: probing("http_req_body"),
  },
  { since: "3.12", what: "functions before a plugin", outcome: "ignored", kinds: "all", placesIn: preFunctions },
  { since: "3.14", what: "variables post_arg.NAME", outcome: "ignored", kinds: ["routes"], placesIn: bodyVariables },
];

function longLabels({ labels }: JsonObject): readonly FieldPath[] {
  return entriesIn(labels).flatMap(([name, value]) =>
    typeof value === "string" && value.length > 64 ? [["labels", name]] : [],
  );
}

function username(pattern: RegExp): Lack["placesIn"] {
  return ({ username: name }) => (typeof name === "string" && pattern.test(name) ? [[]] : []);
}

function starHosts({ hosts }: JsonObject): readonly FieldPath[] {
  return listIn(hosts).flatMap((host, index) => (host === "*" ? [["hosts", index]] : []));
}

function portlessNodes(body: JsonObject): readonly FieldPath[] {
  return upstreamsIn(body).flatMap(([at, { nodes }]) =>
    listIn(nodes).flatMap((node, index) =>
      isJsonObject(node) && node["port"] === undefined ? [[...at, "nodes", index, "port"]] : [],
    ),
  );
}

function probing(field: string): Lack["placesIn"] {
  return (body) =>
    upstreamsIn(body).flatMap(([at, upstream]) => {
      const checks = isJsonObject(upstream["checks"]) ? upstream["checks"] : {};
      const active = checks["active"];
      return isJsonObject(active) && active[field] !== undefined ? [[...at, "checks", "active", field]] : [];
    });
}

function preFunctions({ plugins }: JsonObject): readonly FieldPath[] {
  return entriesIn(plugins).flatMap(([name, config]) => {
    const meta = isJsonObject(config) ? config["_meta"] : undefined;
    return isJsonObject(meta) && meta["pre_function"] !== undefined ? [["plugins", name, "_meta", "pre_function"]] : [];
  });
}

function bodyVariables({ vars }: JsonObject): readonly FieldPath[] {
  const isBodyVariable = (value: Json): boolean =>
    Array.isArray(value) ? value.some(isBodyVariable) : typeof value === "string" && value.startsWith("post_arg.");
  return listIn(vars).flatMap((condition, index) => (isBodyVariable(condition) ? [["vars", index]] : []));
}

/** The upstream that the body is, and the one inside it. */
function upstreamsIn(body: JsonObject): readonly (readonly [at: FieldPath, upstream: JsonObject])[] {
  const { upstream } = body;
  return [[[], body], ...(isJsonObject(upstream) ? [[["upstream"], upstream] as const] : [])];
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function entriesIn(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}
