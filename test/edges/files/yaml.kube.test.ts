import { expect, test } from "vitest";
import { describeKube } from "../../support/kubeapi.suite.ts";
import { documentWith, readings, refusals } from "./scalars.ts";

// The table by which our reader is tested is what kubectl itself says.
describeKube("kubectl reads YAML", ({ kubectl }) => {
  const read = (text: string) =>
    kubectl(["annotate", "--local", "-f", "-", "-o", "json", "read=yes"], documentWith(text));

  test.each(readings)("%j", async (text, json) => {
    const { spec }: { spec: { v: unknown } } = JSON.parse(await read(text));
    expect(spec.v).toEqual(json);
  });

  test.each(refusals)("and refuses %s", async (_sentence, text) => {
    await expect(read(text)).rejects.toThrow(/error (parsing|converting)/);
  });
});
