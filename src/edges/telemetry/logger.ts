import { pino } from "pino";
import { describeError } from "./describe-error.ts";

export type Logger = pino.Logger;

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Takes whole lines; default: standard error, so that standard output belongs to the command. */
  readonly destination?: { readonly write: (line: string) => void };
}

/** Names under which a secret might arrive, whatever its type. */
const secretNames = ["x-api-key", "X-API-KEY", "authorization", "adminKey", "apiKey", "password", "token", "secret"];

/**
 * One event, one line of JSON: `level`, `time`, the fields, `msg`. The message is constant, the fields vary; standard keys are
 * `reconcileId`, `gateway`, `kind`, `namespace`, `name`, `generation`, `adminId`, `code`, `attempt`, `durationMs` and
 * `err`. An error is reduced to its name, message, class of failure and stack, under whatever key it comes.
 */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withErrorsDescribed },
      serializers: { err: (value: unknown) => (value instanceof Error ? describeError(value) : value) },
      redact: { paths: secretNames.flatMap(pathsOf), censor: "[redacted]" },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}

/** Errors of libraries carry what they worked on, headers and bodies included; no key may let one through whole. */
function withErrorsDescribed(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields);
  if (!entries.some(([, value]) => value instanceof Error)) return fields;
  return Object.fromEntries(
    entries.map(([key, value]) => [key, value instanceof Error ? describeError(value) : value]),
  );
}

function pathsOf(name: string): readonly string[] {
  return [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`, `*.*.*["${name}"]`];
}
