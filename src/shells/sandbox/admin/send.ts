import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";
import { conditionalStatus } from "./precondition.ts";

/** Sends the answer as nginx would have it; gives the status that went out. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer, server: string): number {
  const status = conditionalStatus(answer.status, request.headers) ?? answer.status;
  if (!request.complete) response.setHeader("Connection", "close");
  if ("page" in answer || status === 412) {
    const page = errorPage(status);
    response
      .writeHead(status, { Server: server, "Content-Type": "text/html; charset=utf-8", "Content-Length": page.length })
      .end(page);
  } else if (status === 304) response.writeHead(status, { Server: server }).end();
  else {
    const text = "text" in answer ? answer.text : `${JSON.stringify(answer.body)}\n`;
    const extra = "body" in answer ? { "X-API-VERSION": "v3", ...answer.headers } : (answer.headers ?? {});
    const headers = Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== ""));
    response.writeHead(status, { Server: server, "Content-Type": "application/json", ...headers }).end(text);
  }
  return status;
}

/** The page that nginx makes of a status. */
export function errorPage(status: number): string {
  const title = `${status} ${titles[status] ?? STATUS_CODES[status] ?? ""}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>openresty</center>\r\n<p><em>Powered by <a href="https://apisix.apache.org/">APISIX</a>.</em></p></body>\r\n</html>\r\n`;
}

/** Where nginx and node call a status by different names. */
const titles: Readonly<Record<number, string>> = {
  405: "Not Allowed",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};
