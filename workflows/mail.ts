import { isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { MailReport } from '../activities/contract.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import { mailInput } from '../shared/domain/workflow-inputs.ts';
import { mailCalls } from './calls.ts';
import { detailsPage } from './details.ts';

/**
 * Sends a tenant's outbox now: whoever queued the mail may be on the telephone with its recipient. One run per mail, so that none
 * is queued after the last look. Upkeep retries what could not be sent, without end.
 */
export async function mail(given: unknown): Promise<MailReport | null> {
  const parsed = mailInput.safeParse(given);
  if (!parsed.success) return null;
  const { tenantId, mailId } = parsed.data;
  if (workflowInfo().workflowId !== workflowIds.mail(tenantId, mailId)) return null;
  try {
    const report = await mailCalls.sendMail.executeWithOptions({ summary: 'send what waits in the outbox' }, [{ tenantId }]);
    show(
      'Done',
      Object.entries(report).map(([what, count]) => [what, String(count)]),
    );
    return report;
  } catch (error) {
    if (isCancellation(error)) throw error;
    show('Not done; the next round of upkeep makes up for it', []);
    return null;
  }
}

const show = (title: string, rows: readonly (readonly string[])[]): void =>
  setCurrentDetails(
    detailsPage({
      title: `Mail: ${title}`,
      lead: 'Who gets it and what it says stands in the database alone.',
      awaited: [],
      presses: [],
      table: { head: ['what', 'how many'], rows },
    }),
  );
