import { startHttpServer } from "../../edges/http/index.ts";
import { CannotDo, sentenceOf } from "../exit.ts";
import type { Ports } from "./gateways.ts";

/** APISIX's own. */
const usualPorts = { proxy: 9080, admin: 9180 };

/**
 * Ports for a gateway that people will talk to: those asked for (throws `CannotDo` where one is taken), else APISIX's own
 * while they are free, else any. A demo that shows and ends takes any, so that many can run side by side.
 */
export async function choosePorts(wanted: {
  readonly port: number | undefined;
  readonly adminPort: number | undefined;
  readonly isOnce: boolean;
}): Promise<Ports> {
  const choose = async (port: number | undefined, usual: number) => {
    if (port !== undefined) return insist(port);
    return wanted.isOnce || (await whyTaken(usual)) !== undefined ? 0 : usual;
  };
  return {
    proxyPort: await choose(wanted.port, usualPorts.proxy),
    adminPort: await choose(wanted.adminPort, usualPorts.admin),
  };
}

async function insist(port: number): Promise<number> {
  const reason = await whyTaken(port);
  if (reason !== undefined) throw new CannotDo(`port ${port} can't be used: ${reason}.`);
  return port;
}

async function whyTaken(port: number): Promise<string | undefined> {
  try {
    const server = await startHttpServer({ port, handle: (_request, response) => void response.end() });
    await server.stop(0);
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}
