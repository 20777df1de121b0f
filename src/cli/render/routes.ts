import Table from "cli-table3";
import type { ToldRoute } from "../demo/report.ts";
import type { Paper } from "./paper.ts";

/** Effective hosts and priorities, and where each comes from, as a table. */
export function routesTable(routes: readonly ToldRoute[], { paint, columns }: Paper): string {
  const shortened = (items: readonly string[]) => fitting(items, Math.floor(columns / 3));
  const hasConditions = routes.some((told) => conditionsOf(told).length > 0);
  const head = ["Route", "Hosts", "from", "URIs", ...(hasConditions ? ["only"] : []), "Priority", "from"];
  const table = new Table({
    head: head.map((title) => paint.dim(title)),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: borderless,
    colAligns: head.map((title) => (title === "Priority" ? "right" : "left")),
  });
  for (const told of routes) {
    const { name, route, priority } = told;
    const { hosts = ["*"], uris = [] } = route.body;
    const source = priority?.source ?? "Default";
    table.push([
      paint.bold(name),
      shortened(hosts),
      route.hostsSource === "Service" ? paint.yellow(route.hostsSource) : paint.dim(route.hostsSource),
      shortened(uris),
      ...(hasConditions ? [shortened(conditionsOf(told))] : []),
      String(priority?.value ?? route.body.priority ?? 0),
      source === "Specificity" ? paint.green(source) : paint.dim(source),
    ]);
  }
  const lines = table.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** What narrows a route beside host and path: `GET POST`, `2 vars`. */
function conditionsOf({ route: { body } }: ToldRoute): readonly string[] {
  const { methods = [], vars = [], remote_addrs: addresses = [] } = body;
  return [
    ...(body.status === 0 ? ["disabled"] : []),
    ...(methods.length > 0 ? [methods.join(" ")] : []),
    ...(vars.length > 0 ? [counted(vars.length, "var", "vars")] : []),
    ...(addresses.length > 0 ? [counted(addresses.length, "address", "addresses")] : []),
    ...(body.filter_func === undefined ? [] : ["filterFunc"]),
  ];
}

/** As many as fit, one at least, and how many there are beside them. */
function fitting(items: readonly string[], longestCell: number): string {
  const all = items.join(", ");
  if (all.length <= longestCell || items.length < 2) return all;
  const fits = (count: number) => items.slice(0, count).join(", ").length + " and 99 more".length <= longestCell;
  const shown = Math.max(1, items.findLastIndex((_item, index) => fits(index + 1)) + 1);
  return `${items.slice(0, shown).join(", ")} and ${items.length - shown} more`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const borders =
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle";
const borderless = Object.fromEntries(borders.split(" ").map((place) => [place, ""]));
