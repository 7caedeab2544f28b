import { type FaultKind, faultTable, isFaultKind, runbookOf } from '../shared/domain/faults.ts';
import type { ToldOutcome } from '../shared/domain/steps.ts';
import type { Desk, Trouble } from './desk.ts';

/** One thing that is awaited. */
export interface Awaited {
  readonly what: string;
  readonly from: string;
  /** Who that is, if the word alone is unclear to a stranger. */
  readonly whoIs?: string;
  readonly sinceMs: number;
  readonly untilMs?: number | undefined;
  /** Lines for people: seen, needed, where. */
  readonly lines: readonly string[];
}

export interface DetailsPage {
  readonly title: string;
  readonly lead: string;
  readonly awaited: readonly Awaited[];
  /** What support may press, one sentence each. */
  readonly presses: readonly string[];
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

/** The page that support reads first: what is awaited, from whom, since when, what to press; then the table. */
export function detailsPage({ title, lead, awaited, presses, table }: DetailsPage): string {
  return [
    `# ${oneLine(title)}`,
    lead,
    ...(awaited.length > 0 ? ['## What is awaited', ...awaited.map(awaitedText)] : []),
    ...(presses.length > 0 ? ['## What to press', presses.map((line) => `- ${line}`).join('\n')] : []),
    ...(table && table.rows.length > 0 ? [tableText(table.head, table.rows)] : []),
  ].join('\n\n');
}

/** Calls that fail at the moment, as things awaited. */
export const awaitedFromDesk = (desk: Desk): Awaited[] =>
  [...desk.troubles].map(([name, trouble]) => ({
    what: name,
    from: sourceOf(trouble),
    sinceMs: trouble.sinceMs,
    untilMs: trouble.untilMs,
    lines: linesOf(trouble),
  }));

/** The lines about something that fails; if nothing says what is needed, the cure of its kind. */
export function linesOf(
  { reason, says, needed, where }: Pick<Trouble, 'reason' | 'says' | 'needed' | 'where'>,
  place: 'step' | 'stream' = 'step',
): string[] {
  const cure = needed === undefined && isFaultKind(reason) ? faultTable[reason].cure : undefined;
  return [
    `Reason: \`${reason}\``,
    `Seen: ${says}`,
    ...(needed === undefined ? [] : [`Needed: ${needed}`]),
    ...(where === undefined ? [] : [`Where: ${where}`]),
    ...(cure === undefined ? [] : [`Cure: ${cure}`]),
    ...(isFaultKind(reason) ? [runbookLine(reason, place)] : []),
  ];
}

/** The lines about a step that waits or is stuck. `cure`: of its plan, if the outcome does not say what is needed. */
export function linesOfOutcome(outcome: Exclude<ToldOutcome, { readonly state: 'met' }>, cure: string): string[] {
  const { seen, needed, where } = outcome;
  return [
    ...(outcome.state === 'stuck' ? [`Reason: \`${outcome.reason}\``] : []),
    `Seen: ${seen}`,
    // never both: two instructions for one thing may differ
    ...(needed === '' ? [`Cure: ${cure}`] : [`Needed: ${needed}`]),
    ...(where === needed || where === '' ? [] : [`Where: ${where}`]),
    ...(outcome.state === 'stuck' ? [runbookLine(outcome.reason)] : []),
  ];
}

const runbookLine = (reason: FaultKind, place: 'step' | 'stream' = 'step'): string => `Runbook: \`${runbookOf(reason, place)}\``;

/** `2026-11-12 08:15 UTC`. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function sourceOf(trouble: Trouble): string {
  if (trouble.kind === 'waiting') return 'the far side, which asked us to wait';
  if (trouble.kind === 'retrying') return 'nobody: it is retried by itself';
  return 'support: it will not mend by itself';
}

function awaitedText({ what, from, whoIs, sinceMs, untilMs, lines }: Awaited): string {
  const until = untilMs === undefined ? '' : `, until ${timeText(untilMs)}`;
  const who = whoIs === undefined ? '' : ` (${whoIs})`;
  const head = `**${oneLine(what)}** waits for **${oneLine(from)}**${who} since ${timeText(sinceMs)}${until}`;
  return [head, lines.map((line) => `- ${oneLine(line)}`).join('\n')].join('\n\n');
}

const tableText = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cellText).join(' | ')} |`).join('\n');

const cellText = (text: string): string => oneLine(text).replaceAll('|', '\\|');

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
