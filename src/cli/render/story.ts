import { type NamedAnswer, type NamedStory, isAsExpected } from "../demo/names.ts";
import type { StoryRequest } from "../demo/request.ts";
import type { Paper } from "./paper.ts";
import { wrapped } from "./paper.ts";

export function problemText(paper: Paper): string {
  const { columns, paint } = paper;
  const problem =
    "APISIX tries routes that stand in the same place with the same priority in the order in which it happened to load them: " +
    "as created while it runs, by id after a restart. So a table without priorities is a bet, and hosts that routes inherit " +
    "from their service make it a bet that nobody sees.";
  return `${paint.bold("The problem")}\n  ${wrapped(problem, { columns, indent: 2 })}`;
}

/** The three chapters: which winners depend on the order of creation, and that they no longer do. */
export function storyText(story: NamedStory, paper: Paper): string {
  const { paint } = paper;
  return [
    chapter("Before", "the table as its authors wrote it", story.before, paper),
    chapter("After", "with the operator beside it, routes applied in every order", story.after, paper),
    chapter("After a restart", "of the gateway, the operator stopped", story.afterRestart, paper),
  ]
    .map(({ title, subtitle, lines }) => [`${paint.bold(title)}  ${paint.dim(subtitle)}`, ...lines].join("\n"))
    .join("\n\n");
}

interface Chapter {
  readonly title: string;
  readonly subtitle: string;
  readonly lines: readonly string[];
}

function chapter(title: string, subtitle: string, answers: readonly NamedAnswer[], paper: Paper): Chapter {
  const groups = [...Map.groupBy(answers, ({ request }) => request).values()];
  const isQuiet = (group: readonly NamedAnswer[]) => group.length === 1 && group.every(isAsExpected);
  const told = groups.filter((group) => !isQuiet(group));
  const quiet = groups.length - told.length;
  const rest = `${told.length === 0 ? "" : "other "}${quiet === 1 ? "request is" : "requests are"} answered as expected`;
  return {
    title,
    subtitle,
    lines: [
      ...told.flatMap((group) => groupLines(group, paper)),
      ...(quiet === 0 ? [] : [`  ${paper.paint.green("✓")} ${quiet} ${rest}`]),
    ],
  };
}

/** All orders of one request. */
function groupLines(group: readonly NamedAnswer[], { paint }: Paper): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { request, expected } = first;
  const byWinner = [...Map.groupBy(group, ({ winner }) => winner).entries()];
  const mark = group.every(isAsExpected) ? paint.green("✓") : paint.red("✗");
  const title = `  ${mark} ${paint.bold(requestText(request))}`;
  const [only, ...others] = byWinner;
  if (only !== undefined && others.length === 0) {
    const orders = group.length === 1 ? "" : paint.dim(`  whichever was created first (${group.length} orders)`);
    const wish = only[0] === expected ? "" : paint.red(`, not ${nameOf(expected)}`);
    return [`${title} → ${nameOf(only[0])}${wish}${orders}`];
  }
  const wish = expected === null ? "nobody shall answer" : `${expected} shall answer`;
  return [
    `${title}  ${paint.dim(`${wish}; who does depends on who was created first`)}`,
    ...byWinner.flatMap(([winner, answers]) => orderLines(winner, answers, paint)),
  ];
}

const mostOrders = 3;

function orderLines(winner: string | null, answers: readonly NamedAnswer[], paint: Paper["paint"]): readonly string[] {
  const isRight = answers.every(isAsExpected);
  const verdict = isRight ? paint.green(`${nameOf(winner)} ✓`) : paint.red(`${nameOf(winner)} ✗`);
  const shown = answers.length <= mostOrders + 1 ? answers : answers.slice(0, mostOrders);
  const more = answers.length - shown.length;
  return [
    ...shown.map(({ order }) => `      ${order.join(", ")} → ${verdict}`),
    ...(more === 0 ? [] : [`      ${paint.dim(`and ${more} more orders`)} → ${verdict}`]),
  ];
}

function requestText({ line, headers, body }: StoryRequest): string {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [line, ...more, ...(body === undefined ? [] : ["with a body"])].join("  ");
}

function nameOf(route: string | null): string {
  return route ?? "no route";
}
