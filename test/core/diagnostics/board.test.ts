import { expect, test } from "vitest";
import { Board } from "../../../src/core/diagnostics/board.ts";
import type { Diagnostic } from "../../../src/core/model/index.ts";

const diagnostic: Diagnostic = {
  code: "HostsInherited",
  severity: "info",
  object: { kind: "GatewayRoute", namespace: "shop", name: "r" },
  message: "",
  why: "",
  fix: "",
  related: [],
};

test("a board takes more findings about one thing than a call takes arguments", () => {
  const board = new Board<string>();
  const many = Array.from({ length: 300_000 }, () => diagnostic);
  board.put("service", many);
  expect(board.changes().come).toHaveLength(many.length);
  board.remove("service");
  expect(board.changes()).toMatchObject({ come: [], gone: { length: many.length } });
});
