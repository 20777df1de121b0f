import { type Diagnostic, type JsonObject, type Json, isJsonObject } from "../model/index.ts";
import { conditionOf } from "./condition.ts";

/** A Kubernetes event to be: `reason` in CamelCase, `note` at most 1,024 characters. */
export interface EventNote {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly action: "Reconcile";
  readonly note: string;
}

/**
 * What changed between two statuses of one object, worth an event: becoming ready or not, another reason for not being
 * ready, a gateway that runs on something else, and warnings that were not there before. Nothing at rest.
 */
export function eventsOf(before: JsonObject | undefined, after: JsonObject): readonly EventNote[] {
  return [...readiness(before, after), ...modeChange(before, after), ...newFindings(before, after)];
}

/** Something that is told once and stands in no status. */
export function eventOfNotice({ code, message }: Diagnostic): EventNote {
  return note("Warning", code, message);
}

function readiness(before: JsonObject | undefined, after: JsonObject): readonly EventNote[] {
  const was = conditionOf(before, "Ready");
  const is = conditionOf(after, "Ready");
  if (is === undefined) return [];
  if (was !== undefined && isSameReadiness(was, is)) return [];
  const isReady = is["status"] === "True";
  return [note(isReady ? "Normal" : "Warning", isReady ? "Programmed" : is["reason"], is["message"])];
}

function isSameReadiness(was: JsonObject, is: JsonObject): boolean {
  if (was["status"] !== is["status"]) return false;
  return is["status"] === "True" || (was["reason"] === is["reason"] && was["message"] === is["message"]);
}

/** Only an ApisixGateway has a mode. */
function modeChange(before: JsonObject | undefined, after: JsonObject): readonly EventNote[] {
  const [was, is] = [textOf(before?.["mode"]), textOf(after["mode"])];
  if (was === "" || is === "" || was === is) return [];
  return [note("Warning", "ModeChanged", `This gateway was in ${was} mode and is in ${is} mode now.`)];
}

function newFindings(before: JsonObject | undefined, after: JsonObject): readonly EventNote[] {
  const known = new Set(findings(before).map(identity));
  return findings(after)
    .filter((finding) => finding["severity"] === "warning" && !known.has(identity(finding)))
    .map((finding) => note("Warning", finding["code"], finding["message"]));
}

function findings(status: JsonObject | undefined): readonly JsonObject[] {
  const list: Json | undefined = status?.["diagnostics"];
  return Array.isArray(list) ? list.filter((item): item is JsonObject => isJsonObject(item)) : [];
}

function identity(finding: JsonObject): string {
  return `${textOf(finding["code"])} ${textOf(finding["message"])}`;
}

function note(type: EventNote["type"], reason: Json | undefined, text: Json | undefined): EventNote {
  return { type, reason: textOf(reason), action: "Reconcile", note: textOf(text).slice(0, 1024) };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
