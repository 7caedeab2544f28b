import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { constants, inflateRawSync, inflateSync } from 'node:zlib';

/** A place where something readable might have been left. */
export interface Haystack {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Find {
  readonly where: string;
  /** Kind of the secret and how it was written; never the secret. */
  readonly what: string;
}

export interface Sought {
  readonly value: string;
  readonly kind: string;
}

/** Shorter than this, a word turns up by chance. */
const shortestSecret = 8;

/**
 * Looks for every secret as plain text, in base64 at each of its three alignments, hex, and as it stands in URLs and JSON; and for
 * the same inside whatever was packed by gzip or zlib, be it written as bytes or in base64.
 */
export function searchSecrets(secrets: readonly Sought[], haystacks: readonly Haystack[]): Find[] {
  const needles = needlesOf(secrets);
  const finds = new Map<string, Find>();
  for (const { name, bytes } of haystacks) {
    const note = (where: string, packed: string) => (needle: Needle) => {
      const what = `${needle.kind} as ${packed}${needle.form}`;
      finds.set(`${where}|${what}`, { where, what });
    };
    seek(bytes, needles, note(name, ''));
    for (const unpacked of streamsIn(bytes)) seek(unpacked, needles, note(name, 'packed '));
  }
  return [...finds.values()];
}

interface Needle {
  readonly kind: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Needles by their first two bytes. */
type Needles = readonly (readonly Needle[] | undefined)[];

function needlesOf(secrets: readonly Sought[]): Needles {
  const byStart: Needle[][] = new Array(65_536);
  for (const { value, kind } of secrets.filter((each) => each.value.length >= shortestSecret)) {
    for (const [form, text] of writtenForms(value)) {
      const bytes = Buffer.from(text);
      const start = bytes.readUInt16LE();
      byStart[start] = [...(byStart[start] ?? []), { kind, form, bytes }];
    }
  }
  return byStart;
}

/** One pass over the bytes, however many needles there are. */
function seek(bytes: Buffer, needles: Needles, found: (needle: Needle) => void): void {
  let last = bytes[0] ?? 0;
  for (let at = 1; at < bytes.length; at += 1) {
    const next = bytes[at] ?? 0;
    const candidates = needles[last | (next << 8)];
    last = next;
    if (candidates === undefined) continue;
    for (const needle of candidates) if (needle.bytes.equals(bytes.subarray(at - 1, at - 1 + needle.bytes.length))) found(needle);
  }
}

function writtenForms(value: string): [string, string][] {
  const bytes = Buffer.from(value);
  const forms: [string, string][] = [
    ['plain', value],
    ['hex', bytes.toString('hex')],
    ['hex', bytes.toString('hex').toUpperCase()],
    ['url', encodeURIComponent(value)],
    ['url', new URLSearchParams([['', value]]).toString().slice(1)],
    ['json', JSON.stringify(value).slice(1, -1)],
  ];
  for (const offset of [0, 1, 2]) {
    // the first and last characters depend on the neighbours; what is between does not
    const inner = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset === 0 ? 0 : 4, -2);
    forms.push([`base64+${offset}`, inner], [`base64url+${offset}`, inner.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  // many secrets look the same in several forms: each text is looked for once
  return [...new Map(forms.reverse().map(([form, text]) => [text, form])).entries()].map(([text, form]) => [form, text]);
}

const gzipStart = Buffer.from('1f8b08', 'hex');
const zlibStarts = ['7801', '785e', '789c', '78da'].map((hex) => Buffer.from(hex, 'hex'));
/** How a gzip stream begins in base64. */
const base64Start = Buffer.from('H4sI');
/** More than any answer or record of ours, packed and unpacked. */
const most = { packed: 512 * 1024, unpacked: 8 * 1024 * 1024 };

/** What unpacks from any offset; a beginning that is none is left out. */
function* streamsIn(bytes: Buffer): Generator<Buffer> {
  for (const rest of from(bytes, gzipStart)) yield* gunzipped(rest);
  for (const start of zlibStarts) for (const rest of from(bytes, start)) yield* unpacked(() => inflateSync(rest, limits));
  for (const rest of from(bytes, base64Start)) {
    const text = /^[A-Za-z0-9+/_-]*/.exec(rest.toString('latin1'))?.[0] ?? '';
    yield* gunzipped(Buffer.from(text, 'base64'));
  }
}

function* from(bytes: Buffer, start: Buffer): Generator<Buffer> {
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) yield bytes.subarray(at, at + most.packed);
}

const limits = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most.unpacked };

/** Past the header (RFC 1952) by hand: Node takes what follows a stream for a further one, and fails at it. */
function gunzipped(bytes: Buffer): Generator<Buffer> {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const named of [8, 16]) if (flags & named) at = bytes.indexOf(0, at) + 1;
  if (flags & 2) at += 2;
  return unpacked(() => inflateRawSync(bytes.subarray(at), limits));
}

function* unpacked(unpack: () => Buffer): Generator<Buffer> {
  try {
    yield unpack();
  } catch {
    // it only looked like the beginning of a stream
  }
}

/** Every file below a folder. One that vanishes while it is read is left out. */
export function filesBelow(folder: string, only: (file: string) => boolean = () => true): Haystack[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((relative) => {
    const file = path.join(folder, relative);
    try {
      return only(file) && statSync(file).isFile() ? [{ name: relative, bytes: readFileSync(file) }] : [];
    } catch {
      return [];
    }
  });
}
