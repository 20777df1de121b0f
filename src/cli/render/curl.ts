import type { StoryRequest } from "../demo/request.ts";

/** A line to paste into a shell that sends this request to a gateway at `proxyUrl`. */
export function curlLine({ method, host, target, headers, body }: StoryRequest, proxyUrl: string): string {
  const words = ["curl", "-i"];
  if (method === "HEAD") words.push("-I");
  else if (method !== (body === undefined ? "GET" : "POST")) words.push("-X", quoted(method));
  if (/\/\.{1,2}(\/|\?|$)/.test(target)) words.push("--path-as-is");
  for (const [name, value] of Object.entries({ Host: host, ...headers })) words.push("-H", quoted(`${name}: ${value}`));
  if (body !== undefined) words.push("--data-raw", quoted(body));
  return [...words, quoted(`${proxyUrl}${target}`)].join(" ");
}

/** For a POSIX shell: plain words as they are. */
function quoted(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
