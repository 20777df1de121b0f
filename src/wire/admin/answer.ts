import { type Decoded, isJsonObject } from "../../core/model/index.ts";

/** The gateway's own words in an answer that refuses; no other part of such an answer is looked at. */
export function decodeErrorText(answer: unknown): string | undefined {
  const text = isJsonObject(answer) ? answer["error_msg"] : undefined;
  return typeof text === "string" && text !== "" ? text : undefined;
}

/**
 * Whether a 404 means that the object (or the whole kind) is not there, and not that this is no Admin API. Such an
 * answer may carry other objects, raw: nothing else of it is read.
 */
export function isKeyNotFound(answer: unknown): boolean {
  return isJsonObject(answer) && answer["message"] === "Key not found";
}

/** That a PUT or DELETE was carried out: the answer names the key it was for, and its value or that it is deleted. */
export function decodeAcknowledgement(verb: "PUT" | "DELETE", answer: unknown): Decoded<true> {
  const isAcknowledged =
    isJsonObject(answer) &&
    typeof answer["key"] === "string" &&
    (verb === "PUT" ? isJsonObject(answer["value"]) : answer["deleted"] !== undefined);
  if (isAcknowledged) return { ok: true, value: true };
  return { ok: false, problems: [{ path: "", message: `not the answer of the Admin API to a ${verb}` }] };
}
