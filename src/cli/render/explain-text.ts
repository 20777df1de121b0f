import type { OrderRule } from "../../core/matcher/index.ts";
import { isSettled, type ExplainedStep, type Explanation } from "../explain/explanation.ts";
import { routeName, type NamedPriority, type NamedRoute, type NamedTable } from "../explain/named-table.ts";
import { explanationSummary } from "./explain-summary.ts";
import { type Paper, wrapped } from "./paper.ts";

/**
 * An explanation for people, the answer on the first line:
 *
 *     shop/cart answers GET http://shop.example.com/cart/1
 *
 *       1  ✗ shop/cart-beta  shop.example.com  /cart/*  200  first           vars[0] wants http_x_beta == "1", saw absent
 *       2  ✓ shop/cart       shop.example.com  /cart/*  100  lower priority  answers
 *            shop/home       shop.example.com  /*         0  shorter prefix  would be next
 */
export function explanationText(explanation: Explanation, table: NamedTable, paper: Paper): string {
  const { paint } = paper;
  const color = isSettled(explanation.verdict) ? paint.green : paint.yellow;
  const parts = [
    paint.bold(color(explanationSummary(explanation))),
    seenText(explanation, table),
    triedText(explanation, paper),
    prioritiesText(explanation, paper),
    originText(table, paper),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** What the router sees, where it is not what was typed. */
function seenText({ request, verdict, steps, levels }: Explanation, { origin }: NamedTable): string {
  const { seen, target, hostHeader = "" } = request;
  if (seen === undefined) return "";
  const isAsTyped = target.replace(/\?.*$/s, "") === seen.path && hostHeader === seen.host;
  const lines = [
    ...(isAsTyped ? [] : [`  The router sees host ${seen.host} and path ${seen.path}.`]),
    ...(steps.length === 0 && verdict.kind === "noRoute" ? [`  ${nothingTried(seen.host, levels, origin)}`] : []),
  ];
  return lines.join("\n");
}

/** No bucket was met at all: the host is unknown, or no path of its routes begins like this one. */
function nothingTried(host: string, levels: readonly string[], { router }: NamedTable["origin"]): string {
  // The other routers look at hosts only once a uri has led to a route.
  if (router !== "radixtree_host_uri") return "No uri of any route leads to this path.";
  const named = levels.filter((level) => level !== "any host");
  return named.length === 0
    ? `No route names host ${host}, and none without a host has a uri that leads to this path.`
    : `No uri leads to this path, neither under ${named.join(", ")} nor on routes without a host.`;
}

/** So many steps are shown from the start, and so many to the end. */
const shown = { first: 20, last: 10 };

function triedText({ steps, runnerUp }: Explanation, paper: Paper): string {
  if (steps.length === 0) return "";
  const { paint } = paper;
  const numbered = steps.map((step, index) => stepRow(step, index + 1, paper));
  const next =
    runnerUp === undefined
      ? []
      : [
          [
            "",
            " ",
            routeName(runnerUp.route),
            runnerUp.level,
            runnerUp.uri,
            String(runnerUp.route.priority.value),
            ruleWords[runnerUp.decidedBy],
            "would be next",
          ],
        ];
  const hidden = numbered.length - shown.first - shown.last;
  const rows =
    hidden <= 0 ? [...numbered, ...next] : [...numbered.slice(0, shown.first), ...numbered.slice(-shown.last), ...next];
  const lines = aligned(rows);
  if (hidden > 0) lines.splice(shown.first, 0, `… ${hidden} more`);
  return ["tried in this order", ...lines]
    .map((line, index) => (index === 0 ? `  ${paint.dim(line)}` : `  ${line}`))
    .join("\n");
}

function stepRow(step: ExplainedStep, number: number, { paint }: Paper): readonly string[] {
  const { route, level, uri, comesNextBy, outcome } = step;
  const mark = {
    won: paint.green("✓"),
    passedOver: paint.red("✗"),
    cannotTell: paint.yellow("?"),
    raisedError: paint.red("!"),
  };
  const rule = comesNextBy === undefined ? "first" : ruleWords[comesNextBy];
  return [
    String(number),
    mark[outcome],
    routeName(route),
    level,
    uri,
    String(route.priority.value),
    rule,
    outcomeText(step),
  ];
}

/** How a line differs from the one above. */
const ruleWords: Readonly<Record<OrderRule, string>> = {
  "host level": "wider host",
  "exact path": "prefix, not exact",
  "longer prefix": "shorter prefix",
  priority: "lower priority",
  "text length": "shorter text",
  "load order": "loaded later",
  "order of uris": "its next uri",
};

function outcomeText({ outcome, reason }: ExplainedStep): string {
  if (reason === undefined) return "answers";
  const { place, demands, saw } = reason;
  switch (outcome) {
    case "won":
      return "answers";
    case "passedOver":
      return `${place} wants ${shortened(demands)}, saw ${shortened(saw)}`;
    case "cannotTell":
      return `can't tell: ${place} wants ${shortened(demands)}, saw ${shortened(saw)}`;
    case "raisedError":
      return `raises an error: ${saw}`;
  }
}

function prioritiesText({ steps, runnerUp }: Explanation, paper: Paper): string {
  const routes = new Map<string, NamedRoute>();
  // The winner and who comes behind it first: they are what the question was about.
  for (const route of [
    ...(runnerUp === undefined ? [] : [runnerUp.route]),
    ...steps.map((step) => step.route),
  ].toReversed()) {
    if (routes.size < mostPriorities) routes.set(route.id, route);
  }
  if (routes.size === 0) return "";
  const rows = [...routes.values()].map((route) => [
    routeName(route),
    String(route.priority.value),
    priorityText(route.priority),
  ]);
  return [`  ${paper.paint.dim("priorities")}`, ...aligned(rows).map((line) => `  ${line}`)].join("\n");
}

const mostPriorities = 10;

function priorityText({ source, reason }: NamedPriority): string {
  const words = { Explicit: "explicit", Specificity: "filled", Default: "none needed", Foreign: "not ours" };
  return `${words[source]}: ${reason}`;
}

const mostNotes = 8;

function originText({ origin, table, notes }: NamedTable, { paint, columns }: Paper): string {
  const routes = `${table.size} ${table.size === 1 ? "route" : "routes"}`;
  const where = {
    files: `${routes} from files, as the operator writes them`,
    cluster: `${routes} from the cluster, as the operator writes them`,
    gateway: `${routes} as they stand on the gateway`,
  };
  const onto =
    origin.from === "gateway"
      ? ""
      : ` onto ${origin.isObserved ? "what stands on" : "an empty"} gateway ${origin.gateway ?? ""}`;
  const rules = `router ${origin.router}, APISIX ${origin.apisixVersion}`;
  const told =
    notes.length > mostNotes ? [...notes.slice(0, mostNotes), `And ${notes.length - mostNotes} notes more.`] : notes;
  return [
    `  ${paint.dim(`${where[origin.from]}${onto.trimEnd()}; ${rules}`)}`,
    ...told.map((note) => `  ${paint.yellow("note")}  ${wrapped(note, { columns, indent: 8 })}`),
  ].join("\n");
}

/** Columns as wide as their widest cell, two spaces apart; numbers stand to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const space = " ".repeat((widths[at] ?? 0) - widthOf(cell));
        return /^-?\d+$/.test(cell) ? `${space}${cell}` : `${cell}${space}`;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Without what colors it. */
function widthOf(cell: string): number {
  // oxlint-disable-next-line no-control-regex -- an escape sequence begins with one
  return cell.replace(/\x1b\[[\d;]*m/g, "").length;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
