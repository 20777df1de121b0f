import {
  type AdminBodies,
  type AdminKind,
  type ApisixFailure,
  type Fault,
  type Secret,
  isJsonObject,
} from "../../core/model/index.ts";
import { decodeAcknowledgement, decodeErrorText, decodeFault, isKeyNotFound } from "../../wire/admin/index.ts";
import type { Answer } from "./connection.ts";
import { gatewayWords } from "./gateway-words.ts";

/**
 * What an answer means. `absent`: the gateway has no such object, none of the kind, or does not know the question.
 * `lacking`: as it is configured, it can have none of the kind.
 */
export type Verdict =
  | { readonly kind: "good"; readonly json: unknown }
  | { readonly kind: "absent" }
  | { readonly kind: "lacking" }
  | { readonly kind: "bad"; readonly failure: ApisixFailure; readonly detail: string; readonly fault?: Fault };

/**
 * Judges one answer by its status and, only where that says which, by its body.
 * Source: apache/apisix 3.18, apisix/admin/init.lua, run(); apisix/admin/resource.lua.
 */
export function verdictOf(
  method: "GET" | "PUT" | "DELETE",
  answer: Answer,
  sent: { readonly body: AdminBodies[AdminKind] | undefined; readonly key: Secret; readonly isQuestion?: boolean },
): Verdict {
  const { status } = answer;
  const json = parsed(answer.text);
  const text = decodeErrorText(json);
  const words = () => text && gatewayWords(text, sent.body, sent.key);
  const bad = (failure: ApisixFailure, own: string): Verdict => {
    const said = words();
    return { kind: "bad", failure, detail: said === undefined ? own : `${own}: ${said}` };
  };

  if (status === 401) return bad("unauthorized", "the gateway does not accept the admin key (401)");
  if (status === 403) return bad("unauthorized", "the gateway does not admit us: its allow_admin or a proxy (403)");
  if (status === 404 && isKeyNotFound(json)) return { kind: "absent" };
  // An older gateway has no such schema, an encoder breaks over one; what is guessed instead does no harm.
  if (sent.isQuestion === true && (status === 400 || status === 404 || status === 500)) return { kind: "absent" };
  if (status === 404) return bad("notFound", "no such thing at this address, is it the Admin API? (404)");
  if (status === 408 || status === 504) return bad("timeout", `the gateway timed out (${status})`);
  if (status === 429) return bad("overloaded", "the gateway asks for fewer requests (429)");
  if (status === 503) return bad("overloaded", "the gateway can't reach its store or is overloaded (503)");
  if (status === 500 && json === undefined && isHtml(answer) && method !== "GET")
    return bad("rejected", "the gateway broke over this object and did not say why (500)");
  if (status >= 500) return bad("gatewayError", `the gateway failed (${status})`);
  if (status === 409 || status === 412) return bad("conflict", `something else is in the way (${status})`);
  // Source: apache/apisix 3.18, apisix/admin/init.lua, run().
  if (status === 400 && method === "GET" && text?.startsWith("stream mode is disabled") === true)
    return { kind: "lacking" };
  if (status >= 400 && method === "GET") return bad("badAnswer", `the gateway does not know this request (${status})`);
  if (status >= 400) {
    const rejected: Verdict = {
      kind: "bad",
      failure: "rejected",
      detail: words() ?? `refused without a word (${status})`,
      ...(text !== undefined && isJsonObject(sent.body) && { fault: decodeFault(text, sent.body) }),
    };
    const isInUse = method === "DELETE" && text?.includes("still using it") === true;
    return isInUse ? bad("conflict", "still in use") : rejected;
  }
  if (status >= 300) return bad("badAnswer", `the address sends us elsewhere (${status}); redirects are not followed`);
  if (json === undefined) return bad("badAnswer", `not JSON (${status})`);
  if (method !== "GET" && !decodeAcknowledgement(method, json).ok)
    return bad("badAnswer", `JSON, but not what the Admin API answers to a ${method} (${status})`);
  return { kind: "good", json };
}

/** `undefined` where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is a finding, and the caller's to judge
  }
}

function isHtml({ contentType, text }: Answer): boolean {
  return contentType?.includes("html") === true || text.trimStart().startsWith("<");
}
