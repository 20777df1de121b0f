import type { Json } from "../../../core/model/index.ts";
import { isJsonObject } from "../../../core/model/index.ts";
import type { ObjectStore } from "../store/objects.ts";
import { written } from "../schema/lua.ts";

/** Who still uses the object that is to be deleted; gives the `error_msg`. */
export type UsageCheck = (id: string, store: ObjectStore) => string | undefined;

/**
 * Objects of one kind whose field names the id. `tail` closes the sentence.
 * Source: apache/apisix 3.18, the delete_checker() of apisix/admin/*.lua.
 */
export function namedBy(user: {
  readonly kind: string;
  readonly field: string;
  readonly sentence: (name: string) => string;
}): UsageCheck {
  return (id, store) => {
    for (const { value } of store.below(`/${user.kind}/`)) {
      if (isJsonObject(value) && value[user.field] !== undefined && written(value[user.field]) === id) {
        return user.sentence(written(value["id"] ?? value["username"]));
      }
    }
    return undefined;
  };
}

/** Objects whose plugins name the id. */
export function namedInPlugins(user: {
  readonly kind: string;
  readonly names: (plugins: Json, id: string) => boolean;
  readonly sentence: (name: string) => string;
}): UsageCheck {
  return (id, store) => {
    for (const { value } of store.below(`/${user.kind}/`)) {
      if (isJsonObject(value) && user.names(value["plugins"] ?? null, id)) {
        return user.sentence(written(value["id"] ?? value["username"]));
      }
    }
    return undefined;
  };
}

/** The first user that is found. */
export function anyUser(...checks: readonly UsageCheck[]): UsageCheck {
  return (id, store) => {
    for (const check of checks) {
      const sentence = check(id, store);
      if (sentence !== undefined) return sentence;
    }
    return undefined;
  };
}

export function splitsTrafficTo(plugins: Json, upstreamId: string): boolean {
  const rules = fieldOf(fieldOf(plugins, "traffic-split"), "rules");
  return listOf(rules).some((rule) =>
    listOf(fieldOf(rule, "weighted_upstreams")).some((upstream) => {
      const id = fieldOf(upstream, "upstream_id");
      return id !== null && written(id) === upstreamId;
    }),
  );
}

export function transcodesWith(plugins: Json, protoId: string): boolean {
  const id = fieldOf(fieldOf(plugins, "grpc-transcode"), "proto_id");
  return id !== null && written(id) === protoId;
}

export const superiorOf: UsageCheck = (id, store) => {
  for (const { value } of store.below("/stream_routes/")) {
    const above = fieldOf(fieldOf(value, "protocol"), "superior_id");
    if (above !== null && written(above) === id) {
      return `can not delete this stream route directly, stream route [${written(fieldOf(value, "id"))}] is still using it as superior_id`;
    }
  }
  return undefined;
};

function fieldOf(value: Json, name: string): Json {
  return isJsonObject(value) ? (value[name] ?? null) : null;
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
