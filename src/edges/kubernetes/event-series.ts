import type { Clock } from "./clock.ts";
import { microTimeOf } from "./micro-time.ts";

export interface KubeEvent {
  readonly regarding: InvolvedObject;
  readonly type: "Normal" | "Warning";
  /** CamelCase. */
  readonly reason: string;
  readonly action: string;
  /** Cut at 1,024 bytes. */
  readonly note: string;
}

export interface InvolvedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** "" for a type without namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** `kubectl describe` looks for events by it. */
  readonly uid?: string | undefined;
}

/** One event and how often it came. Mutable: only the recorder holds it. */
export interface EventSeries {
  readonly key: string;
  readonly event: KubeEvent;
  readonly name: string;
  readonly firstTime: number;
  lastTime: number;
  lastAtMs: number;
  count: number;
  /** 0 before it was written for the first time. */
  writtenCount: number;
  writtenAtMs: number;
}

let created = 0;

/** Same object, type, reason, action and text: the same event. An event's text can't be changed, so another text is another. */
export function seriesOf(event: KubeEvent, clock: Clock): EventSeries {
  const { regarding, type, reason, action, note } = event;
  const key = JSON.stringify([
    regarding.kind,
    regarding.namespace,
    regarding.name,
    regarding.uid,
    type,
    reason,
    action,
    note,
  ]);
  const now = clock.now();
  return {
    key,
    event,
    // Unique among the events of one object: time, and a number for those of the same millisecond.
    name: `${regarding.name.slice(0, 220).replace(/[^a-z0-9]+$/, "")}.${now.toString(16)}${(created++ % 0xfffff).toString(16).padStart(5, "0")}`,
    firstTime: now,
    lastTime: now,
    lastAtMs: clock.elapsed(),
    count: 1,
    writtenCount: 0,
    writtenAtMs: clock.elapsed(),
  };
}

/** As `events.k8s.io/v1` wants it, its limits kept. Source: kubernetes/api, events/v1/types.go. */
export function eventOf(
  { event, name, firstTime, lastTime, count }: EventSeries,
  reportingController: string,
  reportingInstance: string,
) {
  const { apiVersion, kind, uid } = event.regarding;
  // Events on cluster-scoped objects live in "default". Source: kubernetes/client-go, tools/events/event_recorder.go, makeEvent().
  const namespace = event.regarding.namespace === "" ? "default" : event.regarding.namespace;
  return {
    metadata: { name, namespace },
    regarding: {
      apiVersion,
      kind,
      name: event.regarding.name,
      ...(event.regarding.namespace !== "" && { namespace }),
      ...(uid !== undefined && { uid }),
    },
    type: event.type,
    reason: cut(event.reason, 128),
    action: cut(event.action, 128),
    note: cut(event.note, 1024),
    reportingController,
    reportingInstance: cut(reportingInstance, 128),
    eventTime: microTimeOf(firstTime),
    series: count > 1 ? { count, lastObservedTime: microTimeOf(lastTime) } : undefined,
  };
}

/** At most `bytes` of UTF-8, never half a character. */
function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  while (((encoded[end] ?? 0) & 0xc0) === 0x80) end--; // inside a character
  return encoded.toString("utf8", 0, end);
}
