import { z } from "zod";
import { isJsonObject, type Decoded, type FieldProblem } from "../core/model/index.ts";
import { nearest } from "../core/model/index.ts";

/** How `run` was told to run. Times are milliseconds here; outside, they are seconds. */
export interface RunSettings {
  /** Path of a kubeconfig; without one, kubectl's rule: KUBECONFIG, ~/.kube/config, the pod's service account. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Empty: every namespace. */
  readonly namespaces: readonly string[];
  /** Where the Lease lives; without one, the namespace of the pod or of the context. */
  readonly leaseNamespace?: string;
  /** Name of this process in the Lease, of this process alone; without one, the caller makes one up. */
  readonly identity?: string;
  readonly lease: { readonly leaseMs: number; readonly renewDeadlineMs: number; readonly retryMs: number };
  /** How often each gateway is read anew, to find what somebody else changed there. */
  readonly resyncMs: number;
  /** Where /metrics, /livez and /readyz are served; port 0 is any free one. */
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** A flag wins over a variable, a variable over the file, the file over the default. */
export interface SettingSources {
  /** By the names of the settings: `{ httpPort: "8080" }`, as a parser of `--http-port 8080` gives them. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** `APISIX_ROUTE_HTTP_PORT=8080`. An empty variable counts as absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The content of a settings file, as JSON or YAML gave it: `{ httpPort: 8080 }`. */
  readonly file?: unknown;
}

/** One setting, for the help of the command line: its flag, its variable and what it means. */
export interface Setting {
  readonly name: string;
  readonly flag: string;
  readonly variable: string;
  readonly meaning: string;
}

const text = z.string().trim().min(1);
const seconds = z.preprocess(numberIn, z.number().gt(0).max(86_400));
const texts = z.preprocess(itemsIn, z.array(text));
const levels = ["debug", "info", "warn", "error", "silent"] as const;

const schema = z.object({
  kubeconfig: z.exactOptional(text),
  context: z.exactOptional(text),
  namespaces: texts.default([]),
  leaseNamespace: z.exactOptional(text),
  identity: z.exactOptional(text.max(253)),
  leaseDuration: seconds.default(15),
  renewDeadline: seconds.default(10),
  retryPeriod: seconds.default(2),
  resync: seconds.default(300),
  httpHost: text.default("127.0.0.1"),
  httpPort: z.preprocess(numberIn, z.int().min(0).max(65_535)).default(8080),
  logLevel: z.enum(levels).default("info"),
});
type Name = keyof z.infer<typeof schema>;

const aSeconds = "must be a number of seconds, greater than 0 and at most 86400";
/** What each setting means, and what is said of a value that does not fit. */
const table: Readonly<Record<Name, readonly [meaning: string, expected: string]>> = {
  kubeconfig: [
    "path of a kubeconfig (default: KUBECONFIG, ~/.kube/config, or the pod's own account)",
    "must be a path",
  ],
  context: ["context of the kubeconfig (default: its current one)", "must be the name of a context"],
  namespaces: ["namespaces to watch, with commas between them (default: all)", "must be a list of names"],
  leaseNamespace: ["namespace of the Lease (default: that of the pod or context)", "must be the name of a namespace"],
  identity: ["name of this process in the Lease (default: made up)", "must be a text of at most 253 characters"],
  leaseDuration: ["seconds after which another may take over (default: 15)", aSeconds],
  renewDeadline: ["seconds after which we stop if the Lease can't be renewed (default: 10)", aSeconds],
  retryPeriod: ["seconds between two attempts at the Lease (default: 2)", aSeconds],
  resync: ["seconds after which each gateway is read anew, 10 % more or less (default: 300)", aSeconds],
  httpHost: ["address that serves /metrics, /livez and /readyz (default: 127.0.0.1)", "must be a host or an address"],
  httpPort: ["its port, 0 for any free one (default: 8080)", "must be a whole number from 0 to 65535"],
  logLevel: ["debug, info, warn, error or silent (default: info)", `must be one of ${levels.join(", ")}`],
};

const names = Object.keys(table).filter((name): name is Name => name in schema.shape);

/** All settings, in the order in which help shows them. */
export const settings: readonly Setting[] = names.map((name) => {
  const [meaning] = table[name];
  return { name, flag: flagOf(name), variable: variableOf(name), meaning };
});

/** Puts the sources together. A problem's `path` is what the person wrote: a flag, a variable, or a field of the file. */
export function decodeSettings({ flags = {}, env = {}, file = {} }: SettingSources): Decoded<RunSettings> {
  const chosen = new Map(names.map((name) => [name, chooseFrom(name, flags, env, isJsonObject(file) ? file : {})]));
  const raw = Object.fromEntries([...chosen].flatMap(([name, it]) => (it === undefined ? [] : [[name, it.value]])));
  const parsed = schema.safeParse(raw);
  const fileProblems = problemsOfFile(file);
  if (!parsed.success) {
    const wrong = names.filter((name) => parsed.error.issues.some(({ path }) => path[0] === name));
    const found = wrong.map((name) => ({ path: chosen.get(name)?.from ?? name, message: table[name][1] }));
    return { ok: false, problems: [...fileProblems, ...found] };
  }
  const lease = leaseProblems(parsed.data, (name) => chosen.get(name)?.from ?? flagOf(name));
  const problems = [...fileProblems, ...lease];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: runSettings(parsed.data) };
}

interface Chosen {
  readonly value: unknown;
  /** As the person wrote it. */
  readonly from: string;
}

function chooseFrom(
  name: Name,
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>>,
): Chosen | undefined {
  const candidates: readonly Chosen[] = [
    { value: flags[name], from: flagOf(name) },
    { value: env[variableOf(name)] === "" ? undefined : env[variableOf(name)], from: variableOf(name) },
    { value: file[name] ?? undefined, from: name },
  ];
  return candidates.find(({ value }) => value !== undefined);
}

function problemsOfFile(file: unknown): readonly FieldProblem[] {
  if (file === null) return []; // an empty file
  if (!isJsonObject(file))
    return [{ path: "settings file", message: "must hold settings by name, such as httpPort: 8080" }];
  return Object.keys(file)
    .filter((name) => !names.some((known) => known === name))
    .map((name) => {
      const meant = nearest(name, names);
      return {
        path: name,
        message: `is no setting: ${meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`}`,
      };
    });
}

type Values = z.infer<typeof schema>;

// Source: kubernetes/client-go, tools/leaderelection/leaderelection.go, NewLeaderElector().
const jitter = 1.2;

function leaseProblems(values: Values, nameOf: (name: Name) => string): readonly FieldProblem[] {
  const { leaseDuration, renewDeadline, retryPeriod } = values;
  const problems: FieldProblem[] = [];
  if (leaseDuration <= renewDeadline) {
    problems.push({
      path: nameOf("leaseDuration"),
      message: `must be greater than renewDeadline, which is ${renewDeadline}`,
    });
  }
  if (renewDeadline <= retryPeriod * jitter) {
    const least = `${jitter} times retryPeriod, which is ${retryPeriod}`;
    problems.push({ path: nameOf("renewDeadline"), message: `must be greater than ${least}` });
  }
  return problems;
}

function runSettings(values: Values): RunSettings {
  const { leaseDuration, renewDeadline, retryPeriod, resync, httpHost, httpPort, ...others } = values;
  return {
    ...others,
    lease: { leaseMs: leaseDuration * 1000, renewDeadlineMs: renewDeadline * 1000, retryMs: retryPeriod * 1000 },
    resyncMs: resync * 1000,
    http: { host: httpHost, port: httpPort },
  };
}

function flagOf(name: Name): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function variableOf(name: Name): string {
  return `APISIX_ROUTE_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Flags and variables are texts; a text that is no number stays one and is refused. */
function numberIn(value: unknown): unknown {
  return typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
}

function itemsIn(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const items = value.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}
