// A sandbox in a process of its own, so that what is measured does not share its event loop. Forked by sync.ts, effective.ts
// and standalone.ts. Asked for "bytes" it tells how many it has received.
import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { startSandbox } from "../../src/shells/sandbox/index.ts";

const sockets = new Set<Socket>();
subscribe("net.server.socket", (message) => {
  const socket: unknown = Reflect.get(Object(message), "socket");
  if (socket instanceof Socket) sockets.add(socket);
});
const sandbox = await startSandbox({
  adminPort: 0,
  proxyPort: 0,
  adminKey: process.env["ADMIN_KEY"] ?? "",
  mode: process.env["MODE"] === "standalone" ? "standalone" : "etcd",
});
process.on("message", () => process.send?.([...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0)));
process.send?.({ adminUrl: sandbox.adminUrl, proxyUrl: sandbox.proxyUrl });
process.once("disconnect", () => void sandbox.stop());
