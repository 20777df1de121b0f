import { afterAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { heldBy } from "./support/admin.ts";
import { hasRealApisix, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";
import { type WriteHook, startWriteHook } from "./support/write-hook.ts";

describe.skipIf(hasRealApisix).each(standInModes)(
  "[stand-in only] an operator in mode $mode that is killed midway",
  ({ mode, start }) => {
    describeKube("loses nothing", (suite) => {
      let hook: WriteHook | undefined;
      const stage = stageFor(
        suite,
        async () => {
          const gateway = await start(adminKey);
          hook = await startWriteHook(gateway.adminUrl);
          return gateway;
        },
        () => ({ urls: [hook?.url ?? ""] }),
      );
      afterAll(() => hook?.stop());

      const objects = () => [
        stage.object("GatewayUpstream", "backend", { nodes: [{ host: "127.0.0.1", port: 1, weight: 1 }] }),
        stage.object("GatewayService", "web", { hosts: ["a.com", "b.com"], upstreamRef: { name: "backend" } }),
        stage.route("inheriting", { uris: ["/test*"], serviceRef: { name: "web" } }),
        stage.route("naming", { uris: ["/test*"], hosts: ["b.com"], serviceRef: { name: "web" } }),
        stage.route("header", {
          uris: ["/test*"],
          hosts: ["b.com"],
          vars: [["http_x_a", "==", "1"]],
          serviceRef: { name: "web" },
        }),
      ];
      const names = ["inheriting", "naming", "header"];
      // Without etcd all of it is one.
      const [writes, deletions] = mode === "etcd" ? [objects().length, [1, 3, 5]] : [1, [1]];
      let reference: unknown;

      /** Starts an operator that dies when the gateway has taken its k-th write, before it hears of it. */
      const operateUntilWrite = async (k: number) => {
        const { program } = await stage.operate();
        let seen = 0;
        if (hook !== undefined) hook.onWrite = () => ((seen += 1), seen === k && program.signal("SIGKILL"));
        return program;
      };
      const heal = () => {
        if (hook !== undefined) hook.onWrite = () => {};
      };

      test("the reference: an operator that lives", async () => {
        await stage.operate();
        await stage.applyAll(...objects());
        await stage.ready(...names);
        reference = await heldBy(stage.gateway(), suite.namespace);
        expect(Object.keys(reference as object)).toHaveLength(objects().length);
        await stage.clear();
        expect(await heldBy(stage.gateway(), suite.namespace)).toEqual({});
      });

      test.each(Array.from({ length: writes }, (_, index) => index + 1))(
        "killed after write %i of the first load, started again",
        async (k) => {
          await stage.applyAll(...objects());
          const victim = await operateUntilWrite(k);
          await eventually(() => victim.hasEnded);
          heal();
          const second = await stage.operate();
          await stage.ready(...names);
          expect(await heldBy(stage.gateway(), suite.namespace)).toEqual(reference);

          // Nothing has changed since: a third one reads, and writes nothing.
          expect(await second.program.end()).toBe(0);
          await stage.gateway().resetCounters();
          const third = await stage.operate();
          await eventually(
            async () => (await third.metric("controller_runtime_reconcile_total", { result: "success" })) > 0,
          );
          await eventually(async () => (await stage.gateway().counters()).reads >= (mode === "etcd" ? 4 : 1));
          expect((await stage.gateway().counters()).writes).toBe(0);

          await stage.clear();
          expect(await heldBy(stage.gateway(), suite.namespace)).toEqual({});
        },
      );

      test.each(deletions)("killed after write %i of the deletion, started again: no leftover", async (k) => {
        const first = await stage.operate();
        await stage.applyAll(...objects());
        await stage.ready(...names);
        expect(await first.program.end()).toBe(0);
        const victim = await operateUntilWrite(k);
        await suite.kubectl(["delete", "gwr,gws,gwu", "--all", "--wait=false"]);
        await eventually(() => victim.hasEnded);
        heal();
        await stage.operate();
        await stage.clear();
        expect(await heldBy(stage.gateway(), suite.namespace)).toEqual({});
      });
    });
  },
);
