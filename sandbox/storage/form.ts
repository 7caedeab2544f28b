/** A form upload as it comes: its fields, then the bytes of the part `file`, which is the last that counts. */
export interface FileForm {
  fields: Record<string, string>;
  file: AsyncIterable<Buffer>;
}

const maxFieldsBytes = 64 * 1024;

/** Reads the fields and stands before the file's first byte; undefined where the body is no such form. Nothing is held but the fields. */
export async function readFileForm(chunks: AsyncIterable<Buffer>, contentType: string): Promise<FileForm | undefined> {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const source = chunks[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  for (;;) {
    const fileAt = fileStart(held);
    if (fileAt !== undefined) {
      const fields = fieldsOf(held.subarray(0, fileAt).toString('utf8'), boundary);
      return { fields, file: untilBoundary(held.subarray(fileAt), source, Buffer.from(`\r\n--${boundary}`)) };
    }
    const next = await source.next();
    if (next.done) return undefined;
    if (held.length <= maxFieldsBytes) held = Buffer.concat([held, next.value]);
  }
}

/** Where the bytes of the part `file` begin, once its headers are there. */
function fileStart(held: Buffer): number | undefined {
  const text = held.toString('latin1');
  const head = /content-disposition:[^\r\n]*;\s*name="?file"?[;\r]/i.exec(text);
  const end = head ? text.indexOf('\r\n\r\n', head.index) : -1;
  return end < 0 ? undefined : end + 4;
}

function fieldsOf(text: string, boundary: string): Record<string, string> {
  const parts = text.split(`--${boundary}`).slice(1, -1);
  return Object.fromEntries(
    parts.flatMap((part) => {
      const name = /;\s*name="([^"]+)"/i.exec(part)?.[1];
      const value = /\r\n\r\n([\s\S]*?)\r\n$/.exec(part)?.[1];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Throws where the boundary never comes: the sender was cut off. */
async function* untilBoundary(first: Buffer, source: AsyncIterator<Buffer>, boundary: Buffer): AsyncGenerator<Buffer> {
  let held = first;
  for (;;) {
    const end = held.indexOf(boundary);
    if (end >= 0) {
      yield held.subarray(0, end);
      while (!(await source.next()).done);
      return;
    }
    const sure = Math.max(0, held.length - boundary.length);
    yield held.subarray(0, sure);
    const next = await source.next();
    if (next.done) throw new Error('the form ends within the file');
    held = Buffer.concat([held.subarray(sure), next.value]);
  }
}
