import { currentTenant } from './on-behalf-of.ts';

/**
 * Secrets that this process has handled recently, so that they can be found where they must not be. A guard that judges by
 * appearance sooner or later takes a customer's project for a token; this one knows what to look for. Each tenant's secrets are
 * searched only in that tenant's own work: one customer's password is no business of another's, and must not be revealed by what
 * is missing there. In memory only, and for an hour after a secret was last created or read: whatever it could have leaked into
 * is sent by then. A secret shorter than eight characters, or of letters only, is not searched: it may be a word, and redacting
 * that word would reveal it.
 */
export const forgottenAfterMs = 3_600_000;
export const shortestKnown = 8;
/** Replaces a secret. */
export const blot = '[secret]';

interface Known {
  readonly forms: readonly string[];
  readonly untilMs: number;
}

interface Keeper {
  /** By its text, the most recently noted last. */
  readonly known: Map<string, Known>;
  /** The forms to search by their first eight characters, so that a text is read once however many secrets there are. */
  readonly formsByStart: Map<string, Set<string>>;
}

const newKeeper = (): Keeper => ({ known: new Map(), formsByStart: new Map() });
const installation = newKeeper();
/** By tenant, the one whose secrets were noted most recently last. */
const keepers = new Map<string, Keeper>();

/** Notes a secret of the current tenant; work without a tenant notes none. */
export function noteSecret(text: string): void {
  const tenantId = currentTenant();
  if (tenantId === undefined || !isLookedFor(text)) return;
  const nowMs = Date.now();
  forgetUntil(nowMs);
  const keeper = keepers.get(tenantId) ?? newKeeper();
  keepers.delete(tenantId);
  keepers.set(tenantId, keeper);
  forgetOf(keeper, nowMs);
  note(keeper, text, nowMs + forgottenAfterMs);
}

/** Notes a secret of the installation, searched in every text as long as the process lives. */
export function noteSetting(text: string): void {
  if (isLookedFor(text)) note(installation, text, Number.POSITIVE_INFINITY);
}

const isLookedFor = (text: string): boolean => text.length >= shortestKnown && !/^\p{L}*$/u.test(text);

function note({ known, formsByStart }: Keeper, text: string, untilMs: number): void {
  const before = known.get(text);
  const forms = before?.forms ?? formsOf(text);
  known.delete(text);
  known.set(text, { forms, untilMs });
  if (before) return;
  for (const form of forms) {
    const start = form.slice(0, shortestKnown);
    formsByStart.set(start, (formsByStart.get(start) ?? new Set()).add(form));
  }
}

/** The text with every searched secret redacted: as it is, as in a URL, and in base64 at any offset. */
export function withoutKnownSecrets(text: string): string {
  const own = keepers.get(currentTenant() ?? '');
  const lookedFor = own ? [installation, own] : [installation];
  let clean = '';
  let from = 0;
  for (let at = 0; at + shortestKnown <= text.length; at += 1) {
    const form = longestAt(lookedFor, text, at);
    if (form === undefined) continue;
    clean += text.slice(from, at) + blot;
    from = at + form.length;
    at = from - 1;
  }
  return from === 0 ? text : clean + text.slice(from);
}

function longestAt(lookedFor: readonly Keeper[], text: string, at: number): string | undefined {
  const start = text.slice(at, at + shortestKnown);
  return lookedFor
    .flatMap(({ formsByStart }) => [...(formsByStart.get(start) ?? [])])
    .filter((form) => text.startsWith(form, at))
    .sort((left, right) => right.length - left.length)[0];
}

/** Stops at the first tenant with an unexpired secret; later ones were noted more recently. */
function forgetUntil(nowMs: number): void {
  for (const [tenantId, keeper] of keepers) {
    forgetOf(keeper, nowMs);
    if (keeper.known.size > 0) return;
    keepers.delete(tenantId);
  }
}

/** Stops at the first unexpired secret; later ones were noted more recently. */
function forgetOf({ known, formsByStart }: Keeper, nowMs: number): void {
  for (const [text, { forms, untilMs }] of known) {
    if (untilMs > nowMs) return;
    known.delete(text);
    for (const form of forms) formsByStart.get(form.slice(0, shortestKnown))?.delete(form);
  }
}

function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const coded = [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // the characters at both ends also hold bits of neighbouring bytes
    const inner = whole.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? whole.length : -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [...new Set([text, encodeURIComponent(bytes.toString()), ...coded])].filter(({ length }) => length >= shortestKnown);
}
