import { type NamedAnswer, type NamedStory, isAsExpected } from "../demo/names.ts";
import type { StoryRequest } from "../demo/request.ts";
import { type Paper, wrapped } from "./paper.ts";

export function problemText({ columns, paint }: Paper): string {
  const problem =
    "APISIX tries routes that stand in the same place with the same priority in the order in which it happened to load them: " +
    "as created while it runs, by id after a restart. So a table without priorities is a bet, and hosts that routes inherit " +
    "from their service make it a bet that nobody sees.";
  return `${paint.bold("The problem")}\n  ${wrapped(problem, { columns, indent: 2 })}`;
}

/** The three chapters: which winners depend on the order of creation, and that they no longer do. */
export function storyText({ before, after, afterRestart }: NamedStory, paper: Paper): string {
  const { paint } = paper;
  const chapter = (title: string, subtitle: string, lines: readonly string[]) =>
    [`${paint.bold(title)}  ${paint.dim(subtitle)}`, ...lines.map((line) => `  ${line}`)].join("\n");
  return [
    chapter("Before", "the table as its authors wrote it", beforeLines(before, paper)),
    chapter("After", "the same routes, applied in every order beside the operator", afterLines(after, paper)),
    chapter("After a restart", "of the gateway, with the operator stopped", afterLines(afterRestart, paper)),
  ].join("\n\n");
}

/** Requests that fail, or whose answer depends on the order, one by one; the rest as a number. */
function beforeLines(answers: readonly NamedAnswer[], paper: Paper): readonly string[] {
  const groups = groupsOf(answers);
  const steady = groups.filter((group) => group.every(isAsExpected));
  const rest = counted(steady.length, "request reaches", "requests reach");
  return [
    ...groups.filter((group) => !group.every(isAsExpected)).flatMap((group) => failureLines(group, paper)),
    ...(steady.length === 0 ? [] : [`${paper.paint.green("✓")} ${rest} the expected route in any order`]),
  ];
}

function afterLines(answers: readonly NamedAnswer[], paper: Paper): readonly string[] {
  const groups = groupsOf(answers);
  const failed = groups.filter((group) => !group.every(isAsExpected));
  if (failed.length > 0) return beforeLines(answers, paper);
  const { paint } = paper;
  const requests = groups.length === 1 ? "the request" : `all ${groups.length} requests`;
  const cases = `${counted(answers.length, "case", "cases")} with the orders of creation`;
  return [`${paint.green("✓")} ${requests} answered by the expected route ${paint.dim(`(${cases})`)}`];
}

/** A request that is not answered as expected in every order, and who answers in which. */
function failureLines(group: readonly NamedAnswer[], { paint }: Paper): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { request, winner, expected } = first;
  const wish = expected === null ? "no route shall answer" : `${expected} shall answer`;
  const title = `${paint.red("✗")} ${paint.bold(requestText(request))}`;
  if (group.every((answer) => answer.winner === winner))
    return [`${title}  ${wish}, but ${winner ?? "no route"} does ${paint.red("✗")}`];
  const byWinner = [...Map.groupBy(group, (answer) => answer.winner).values()];
  return [
    `${title}  ${paint.dim(wish)}`,
    ...(group.length <= mostOrders
      ? group.map((answer) => `    ${answer.order.join(", ")} → ${verdict(answer, paint)}`)
      : byWinner.flatMap(([example, ...others]) => {
          if (example === undefined) return [];
          const share = `${others.length + 1} of ${group.length} orders, such as ${example.order.join(", ")}`;
          return [`    ${share} → ${verdict(example, paint)}`];
        })),
  ];
}

const mostOrders = 6;

function verdict(answer: NamedAnswer, paint: Paper["paint"]): string {
  const name = answer.winner ?? "no route";
  return isAsExpected(answer) ? paint.green(`${name} ✓`) : paint.red(`${name} ✗`);
}

function groupsOf(answers: readonly NamedAnswer[]): readonly (readonly NamedAnswer[])[] {
  return [...Map.groupBy(answers, ({ request }) => request).values()];
}

const longestBody = 30;

function requestText({ line, headers, body }: StoryRequest): string {
  const shownBody = body !== undefined && body.length <= longestBody ? body : "and a body";
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [line, ...more, ...(body === undefined ? [] : [shownBody])].join("  ");
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
