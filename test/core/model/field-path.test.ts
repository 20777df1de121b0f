import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatPath, parsePath } from "../../../src/core/model/index.ts";

test.each([
  ["spec.hosts[0]", ["spec", "hosts", 0]],
  ["spec.plugins.key-auth", ["spec", "plugins", "key-auth"]],
  ['spec.labels["a.b/c"]', ["spec", "labels", "a.b/c"]],
  ["spec.vars[0][2][1]", ["spec", "vars", 0, 2, 1]],
  ["", []],
])("%s", (text, path) => {
  expect(formatPath(path)).toBe(text);
  expect(parsePath(text)).toEqual(path);
});

test("what is written is read back, whatever the keys", () => {
  const step = fc.oneof(fc.string(), fc.nat());
  fc.assert(
    fc.property(fc.array(step), (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
  );
});
