import { defineSearchAttributeKey } from '@temporalio/common';
import { condition, isCancellation, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { searchAttributeNames as names } from '../shared/domain/messages.ts';
import type { Desk } from './desk.ts';

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');
const keywords = (name: string) => defineSearchAttributeKey(name, 'KEYWORD_LIST');
const needsAttention = defineSearchAttributeKey(names.needsAttention, 'BOOL');

/** The search attributes of a workflow: our ids and words, never names of people or companies. */
export interface Standing {
  readonly tenantId: string;
  readonly partner: string;
  readonly companyId?: string | null;
  readonly projectId?: string | null;
  readonly stage: string;
  readonly waitingOn: readonly string[];
  readonly stuckReasons: readonly string[];
}

export interface Shown {
  readonly standing: Standing;
  /** Markdown for support, see `details.ts`. */
  readonly page: string;
}

/**
 * Keeps attributes and page up to date: written once per wake-up in which something changed, attributes only if they differ. Call
 * it before the first await; the returned function writes at once.
 */
export function keepShown(desk: Desk, read: () => Shown): () => void {
  const writeAttributes = attributeWriter();
  const write = () => {
    desk.shown();
    const { standing, page } = read();
    writeAttributes(standing);
    setCurrentDetails(page);
  };
  void writeOnChange(desk, write);
  return write;
}

async function writeOnChange(desk: Desk, write: () => void): Promise<void> {
  try {
    for (;;) {
      await condition(() => desk.changed);
      write();
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

function attributeWriter(): (standing: Standing) => void {
  const started = workflowInfo().typedSearchAttributes;
  const written = new Map<string, string>();
  const before = (name: string, value: unknown): boolean => {
    const text = JSON.stringify(value ?? null);
    if (written.get(name) === text) return true;
    written.set(name, text);
    return false;
  };
  for (const { key, value } of started.getAll()) before(key.name, value);
  return (standing) => {
    const single = [
      [names.tenant, standing.tenantId],
      [names.partner, standing.partner],
      [names.company, standing.companyId],
      [names.project, standing.projectId],
      [names.stage, standing.stage],
    ] as const;
    const lists = [
      [names.waitingOn, standing.waitingOn],
      [names.stuckReason, standing.stuckReasons],
    ] as const;
    const isStuck = standing.stuckReasons.length > 0;
    const changes = [
      ...single.flatMap(([name, value]) =>
        value === undefined || value === null || before(name, value) ? [] : [{ key: keyword(name), value }],
      ),
      ...lists.flatMap(([name, value]) => {
        const sorted = [...new Set(value)].sort();
        if (sorted.length === 0 && !written.has(name)) return [];
        return before(name, sorted) ? [] : [{ key: keywords(name), value: sorted }];
      }),
      ...(isStuck === false && !written.has(names.needsAttention)
        ? []
        : before(names.needsAttention, isStuck)
          ? []
          : [{ key: needsAttention, value: isStuck }]),
    ];
    if (changes.length > 0) upsertSearchAttributes(changes);
  };
}
