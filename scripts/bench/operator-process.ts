// The operator in a process of its own, as `apisix-route run`; its arguments are that command's. Forked by effective.ts.
import { runCli } from "../../src/cli/index.ts";

process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref(); // else the channel would keep it after its end
process.exitCode = await runCli(["run", ...process.argv.slice(2)]);
