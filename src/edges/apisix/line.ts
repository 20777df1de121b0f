import { connect } from "node:net";

/** An open connection on which nothing is said. */
export interface Line {
  close(): void;
}

/**
 * Opens a connection to an address and tells when it ends, as it does at once when the process behind it does: a
 * restart is seen without a question. A server that tires of the silence ends it, too (nginx after a minute).
 */
export function holdLine(url: string, onEnd: () => void): Line {
  const { hostname, port, protocol } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (protocol === "https:" ? 443 : 80),
    keepAlive: true,
  });
  socket.unref();
  socket.on("error", () => undefined); // "close" follows
  socket.once("close", onEnd);
  socket.resume();
  return {
    close: () => {
      socket.off("close", onEnd);
      socket.destroy();
    },
  };
}
