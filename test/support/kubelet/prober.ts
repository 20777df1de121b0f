import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerSpec, Probe } from "./pod.ts";

export interface ProberOptions {
  readonly container: ContainerSpec;
  /** Of the pod, on this machine. */
  readonly address: string;
  readonly onReady: (isReady: boolean) => void;
  /** The startup or liveness probe has given up: the container must be killed. */
  readonly onDead: (why: string) => void;
}

/** Asks a container's probes until `signal` aborts: startup first, then liveness and readiness side by side. */
export async function probe(options: ProberOptions, signal: AbortSignal): Promise<void> {
  const { container, onReady, onDead } = options;
  const { startupProbe, livenessProbe, readinessProbe } = container;
  if (startupProbe !== undefined) {
    const outcome = await ask(options, startupProbe, signal, (isGood) => isGood);
    if (outcome === "gaveUp") onDead("startup probe failed");
    if (outcome !== "stopped") return;
  }
  if (readinessProbe === undefined) onReady(true);
  const living = livenessProbe === undefined ? "aborted" : ask(options, livenessProbe, signal, () => false);
  const following = readinessProbe === undefined ? undefined : follow(options, readinessProbe, signal);
  if ((await living) === "gaveUp") onDead("liveness probe failed");
  await following;
}

/** Probes until `isEnough`, until it failed too often in a row, or until it is told to stop. */
async function ask(
  options: ProberOptions,
  probe: Probe,
  signal: AbortSignal,
  isEnough: (isGood: boolean) => boolean,
): Promise<"stopped" | "gaveUp" | "aborted"> {
  let failures = 0;
  await pause(probe.initialDelaySeconds ?? 0, signal);
  // oxlint-disable no-await-in-loop -- one question after the other is the point
  while (!signal.aborted) {
    const isGood = await isAnswered(options, probe);
    if (signal.aborted) break;
    if (isEnough(isGood)) return "stopped";
    failures = isGood ? 0 : failures + 1;
    if (failures >= (probe.failureThreshold ?? 3)) return "gaveUp";
    await pause(probe.periodSeconds ?? 10, signal);
  }
  // oxlint-enable no-await-in-loop
  return "aborted";
}

async function follow(options: ProberOptions, probe: Probe, signal: AbortSignal): Promise<void> {
  let failures = 0;
  await pause(probe.initialDelaySeconds ?? 0, signal);
  // oxlint-disable no-await-in-loop -- as above
  while (!signal.aborted) {
    const isGood = await isAnswered(options, probe);
    if (signal.aborted) return;
    failures = isGood ? 0 : failures + 1;
    if (isGood) options.onReady(true);
    else if (failures >= (probe.failureThreshold ?? 3)) options.onReady(false);
    await pause(probe.periodSeconds ?? 10, signal);
  }
  // oxlint-enable no-await-in-loop
}

async function isAnswered({ container, address }: ProberOptions, { httpGet, timeoutSeconds }: Probe): Promise<boolean> {
  if (httpGet === undefined) throw new Error("this kubelet asks probes by HTTP alone");
  const port =
    typeof httpGet.port === "number"
      ? httpGet.port
      : container.ports?.find(({ name }) => name === httpGet.port)?.containerPort;
  if (port === undefined) throw new Error(`a probe names port ${httpGet.port}, which the container has not`);
  try {
    const signal = AbortSignal.timeout((timeoutSeconds ?? 1) * 1000);
    const { status } = await fetch(`http://${address}:${port}${httpGet.path}`, { signal });
    return status >= 200 && status < 400;
  } catch {
    return false;
  }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => {}); // told to stop
}
