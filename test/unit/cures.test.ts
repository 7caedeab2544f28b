import { describe, expect, test } from '@jest/globals';
import { partnerClient } from '../../activities/clients.ts';
import { faultTable } from '../../shared/domain/faults.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { linesOf, linesOfOutcome } from '../../workflows/details.ts';

describe.each(partnerNames)('of a connection with %s', (partner) => {
  const reach = { partners: createPartners() } as Parameters<typeof partnerClient>[0]; // all that is looked at without a login

  test('where no login was submitted, what is needed is said in the words of that partner', () => {
    const around = { signal: AbortSignal.any([]), lane: 'onboarding', onWait: () => {}, heartbeat: () => {} } as const;
    expect(() => partnerClient(reach, 'tenant', partner, undefined, around)).toThrow(
      expect.objectContaining({
        kind: 'partner-credential-rejected',
        detail: { seen: 'No login was submitted yet.', ...declarations[partner].login.cure },
      }),
    );
  });

  test('no kind of fault asks for a field of its login: that would be told to people of every partner', () => {
    const fields = Object.keys(declarations[partner].login.example);
    const words = Object.values(faultTable).map(({ sentence, cure }) => `${sentence} ${cure}`);
    const asked = words.filter((text) => fields.some((field) => new RegExp(`\\b${field}\\b`, 'i').test(text)));
    expect(asked).toEqual([]);
  });
});

describe('a page for support', () => {
  const trouble = { reason: 'tool-disabled', says: 'Daily Log is off.' };

  test('prints what was said to be needed, and no cure beside it', () => {
    expect(linesOf({ ...trouble, needed: 'Daily Log, switched on.' }).slice(2)).toContain('Needed: Daily Log, switched on.');
    expect(linesOf({ ...trouble, needed: 'Daily Log, switched on.' }).join()).not.toContain('Cure:');
  });

  test('of a step prints what its outcome says is needed; the cure of the plan only where it says nothing', () => {
    const stuck = { state: 'stuck', reason: 'invitation-failed', on: 'admin', seen: 'Refused.', where: 'Invite.' } as const;
    expect(linesOfOutcome({ ...stuck, needed: 'An address.' }, 'Invite somebody.')).toEqual([
      'Reason: `invitation-failed`',
      'Seen: Refused.',
      'Needed: An address.',
      'Where: Invite.',
      'Runbook: `docs/runbook/items.md`',
    ]);
    expect(linesOfOutcome({ ...stuck, needed: '' }, 'Invite somebody.')).toContain('Cure: Invite somebody.');
  });

  test('of a refused stream names the page on streams', () => {
    expect(linesOf(trouble, 'stream')).toContain('Runbook: `docs/runbook/streams.md`');
  });

  test('prints the cure of the kind where nobody said what is needed', () => {
    expect(linesOf(trouble)).toContain(`Cure: ${faultTable['tool-disabled'].cure}`);
    expect(linesOf(trouble)).toContain('Runbook: `docs/runbook/steps.md`');
  });
});
