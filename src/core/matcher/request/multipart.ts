/**
 * Fields of a multipart body by name, the first of each; none where the content type names no boundary.
 * Source: Kong/lua-multipart 0.5.11, src/multipart.lua, decode and get_all.
 */
export function parseMultipart(body: string, contentType: string): ReadonlyMap<string, string> {
  const boundary = boundaryOf(contentType);
  const fields = new Map<string, string>();
  if (boundary === undefined) return fields;
  let name: string | undefined;
  let value: string[] = [];
  let isInValue = false;
  for (let position = 0, isDone = false; !isDone;) {
    const lineEnd = nextBreak(body, position);
    isDone = lineEnd < 0;
    const line = body.slice(position, isDone ? undefined : lineEnd);
    const breakByte = isDone ? "" : (body[lineEnd] ?? "");
    position = lineEnd + 1;
    if (line === "") {
      if (isInValue) value.push(breakByte);
      continue;
    }
    if (line.startsWith(`--${boundary}`)) {
      isInValue = false;
      if (name === undefined) continue;
      if (value.at(-1) === "\n") value.pop();
      if (value.at(-1) === "\r") value.pop();
      if (!fields.has(name)) fields.set(name, value.join(""));
      name = undefined;
      value = [];
      continue;
    }
    if (isInValue || !isHeader(line)) {
      isInValue = true;
      value.push(line, breakByte);
      continue;
    }
    if (line.slice(0, 19).toLowerCase() === "content-disposition") name = nameIn(line) ?? name;
    if (!isDone && body.startsWith("\r\n\r\n", lineEnd)) {
      isInValue = true;
      position = lineEnd + 4;
    }
  }
  // A part that nothing closes counts, and before one of its name.
  if (name !== undefined) fields.set(name, value.join(""));
  return fields;
}

function boundaryOf(contentType: string): string | undefined {
  const boundary = /;\s*boundary=(\S+)/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const bare = /^(["'])(.*)\1$/s.exec(boundary)?.[2] ?? boundary;
  return bare === "" ? undefined : bare;
}

function nextBreak(body: string, from: number): number {
  const lineBreak = /[\r\n]/g;
  lineBreak.lastIndex = from;
  return lineBreak.exec(body)?.index ?? -1;
}

function isHeader(line: string): boolean {
  return /\S:\s*\S/.test(line) || line.slice(0, 19).toLowerCase() === "content-disposition";
}

function nameIn(line: string): string | undefined {
  let name: string | undefined;
  for (const part of line.split(";")) {
    const quoted = /^\s*[Nn][Aa][Mm][Ee]=\s*([^=]*)/.exec(part)?.[1]?.trimEnd();
    if (quoted !== undefined && !/\S:\s*\S/.test(part)) name = quoted.slice(1, -1);
  }
  return name;
}
