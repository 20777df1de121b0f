import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { rules } from "../../../src/core/diagnostics/index.ts";
import { diagnosticCodes } from "../../../src/core/model/index.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../../docs/diagnostics.md"), "utf8");
const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);

test("each code has its section in docs/diagnostics.md, and each section its code", () => {
  expect(new Set(sections)).toEqual(new Set<string | undefined>(diagnosticCodes));
  expect(sections.length).toBe(diagnosticCodes.length);
});

test("no two rules find the same code", () => {
  const codes = rules.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
