import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** Every page that people read, as a path below the root. */
export const pages: readonly string[] = globSync(["*.md", "docs/**/*.md", "test/**/*.md"], { cwd: root }).sort();

export function pageOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** One fenced block: its language, the title of the section it stands in, and its text. */
export interface Block {
  readonly language: string;
  readonly section: string;
  readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
  return sectionsOf(page).flatMap(({ title, text }) =>
    [...text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms)].map(([, language = "", body = ""]) => ({
      language,
      section: title,
      text: body,
    })),
  );
}

/** The rows of the first table of a section, without its head; a cell is what stands between two bars. */
export function tableOf(page: string, section: string): readonly (readonly string[])[] {
  const text = sectionsOf(page).find(({ title }) => title === section)?.text ?? "";
  const [table = ""] = /^\|.*\n(?:\|.*\n)+/m.exec(text) ?? [];
  return table
    .trim()
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Every command line that a page tells people to type: lines of shell blocks, and code in the running text. */
export function commandLinesOf(page: string): readonly string[] {
  const blocks = blocksOf(page).filter(({ language }) => ["sh", "console"].includes(language));
  const typed = blocks.flatMap(({ text }) => text.split("\n").map((line) => line.replace(/^\$ /, "")));
  const inline = [...page.replaceAll(/^```.*?^```$/gms, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...typed, ...inline].flatMap((line) => line.split("&&").map((part) => part.trim()));
}

/** What a word of the titles is called in a link, as GitHub makes it. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const titles = [...page.replaceAll(/^```.*?^```$/gms, "").matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function sectionsOf(page: string): readonly { readonly title: string; readonly text: string }[] {
  return `\n${page}`
    .split(/\n(?=## )/)
    .map((text) => ({ title: /^## (.+)\n/.exec(text)?.[1] ?? "", text: `${text}\n` }));
}
