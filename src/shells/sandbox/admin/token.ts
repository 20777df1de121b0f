import type { IncomingMessage } from "node:http";
import type { Secret } from "../../../core/model/index.ts";
import type { Answer } from "./answer.ts";
import type { Target } from "./target.ts";

/** The answer to a request without the admin key. Source: apache/apisix 3.18, apisix/admin/init.lua, check_token(). */
export function tokenRefusal(request: IncomingMessage, { query }: Target, key: Secret): Answer | undefined {
  const cookie = /(?:^|;\s*)x_api_key=([^;]*)/.exec(request.headers.cookie ?? "")?.[1];
  const sent = query.get("api_key") ?? request.headers["x-api-key"] ?? cookie;
  if (sent === key.reveal()) return undefined;
  const description = sent === undefined ? "missing apikey" : "wrong apikey";
  return { status: 401, body: { error_msg: "failed to check token", description }, headers: { "X-API-VERSION": "" } };
}
