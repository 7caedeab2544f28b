/** Characters not allowed in a file name for people and file systems: separators, control and direction marks. */
const unfit = /[\p{Cc}\p{Cf}/\\]/gu;

/** A file name that is safe to show and to pass on; null if nothing is left of it. */
export function plainFileName(name: string): string | null {
  const plain = name.replace(unfit, '').trim().slice(0, 255);
  return plain === '' || plain === '.' || plain === '..' ? null : plain;
}

/** The name in a `Content-Disposition`, the extended form first (RFC 6266); null if there is none. */
export function fileNameOf(disposition: string | undefined): string | null {
  const extended = /filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)/i.exec(disposition ?? '')?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition ?? '');
  const name = decoded(extended) ?? plain?.[1] ?? plain?.[2];
  return name === undefined ? null : plainFileName(name);
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
