import { setTimeout as sleep } from "node:timers/promises";
import { expressionFault } from "../admin/expression.ts";
import type { Exchange } from "../proxy/exchange.ts";
import { HeaderList } from "../proxy/headers.ts";
import type { Schema } from "../schema/check.ts";
import { fieldsOf, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import type { Plugin } from "./plugin.ts";
import { resolveTemplate } from "./template.ts";

const percentage: Schema = { type: "integer", minimum: 0, maximum: 100 };
const vars: Schema = { type: "array", maxItems: 20, items: { type: "array" } };
const headers: Schema = {
  type: "object",
  minProperties: 1,
  patternProperties: { "^[^:]+$": { oneOf: [{ type: "string" }, { type: "number" }] } },
};

/** Delays a request, or answers it in place of the upstream. Source: apache/apisix 3.18, apisix/plugins/fault-injection.lua. */
export const faultInjection: Plugin = {
  name: "fault-injection",
  priority: 11_000,
  spec: {
    schema: {
      type: "object",
      properties: {
        abort: {
          type: "object",
          properties: {
            http_status: { type: "integer", minimum: 200 },
            body: { type: "string", minLength: 0 },
            headers,
            percentage,
            vars,
          },
          required: ["http_status"],
        },
        delay: {
          type: "object",
          properties: { duration: { type: "number", minimum: 0 }, percentage, vars },
          required: ["duration"],
        },
      },
      minProperties: 1,
    },
    check: ({ abort, delay }) => conditionsFault(abort) ?? conditionsFault(delay),
  },

  async rewrite(config, exchange) {
    const { abort, delay } = config;
    if (delay !== undefined && isHit(fieldsOf(delay), exchange)) {
      await sleep(Number(fieldsOf(delay)["duration"]) * 1_000);
    }
    if (abort === undefined || !isHit(fieldsOf(abort), exchange)) return undefined;
    const { http_status, body } = fieldsOf(abort);
    const added = new HeaderList();
    for (const [name, value] of Object.entries(fieldsOf(fieldsOf(abort)["headers"]))) {
      added.set(name, resolveTemplate(written(value), exchange.variable));
    }
    const text = typeof body === "string" ? { body: resolveTemplate(body, exchange.variable) } : {};
    return { status: Number(http_status), headers: added, ...text };
  },
};

function conditionsFault(part: Mutable | undefined): string | undefined {
  for (const rule of listOf(fieldsOf(part)["vars"])) {
    const fault = expressionFault(rule);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** One of the conditions holds, and the dice agree. */
function isHit(part: MutableObject, { holds }: Exchange): boolean {
  const share = part["percentage"];
  const rules = listOf(part["vars"]);
  const isMeant = part["vars"] === undefined || rules.some((rule) => holds(Array.isArray(rule) ? rule : []));
  return isMeant && (typeof share !== "number" || Math.random() * 100 < share);
}

function listOf(value: Mutable | undefined): readonly Mutable[] {
  return Array.isArray(value) ? value : [];
}
