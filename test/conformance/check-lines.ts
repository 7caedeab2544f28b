import { Fault, type FaultKind, owners } from '../../shared/domain/faults.ts';
import { outcome as outcomeSchema } from '../../shared/domain/steps.ts';
import type { Partner } from '../../shared/partners/contract.ts';
import { type Known, lookingContext } from './check-context.ts';
import { holds } from './client-bench.ts';
import type { Line } from './line.ts';

/** What a far side throws at a check. */
const troubles: readonly FaultKind[] = [
  'network',
  'time-out',
  'rate-limited',
  'vendor-unavailable',
  'permission-too-low',
  'person-lacks-access',
  'grant-lapsed',
  'credential-rejected',
  'app-not-connected',
  'company-not-visible',
  'partner-credential-rejected',
  'partner-scope-missing',
  'validation-rejected',
];

/** What is known when a step is looked at: nothing yet, or all that a person can submit. */
const known: readonly Known[] = ['nothing', 'everything'];

/** Whatever a far side does, a check answers in words or throws a fault that has them; it never breaks. */
export const checkLines: readonly Line<{ readonly partner: Partner }>[] = [
  ...known.map(
    (what): Line<{ readonly partner: Partner }> => ({
      says: `with ${what} known, every check answers in words, or throws what can be told`,
      async prove({ partner }) {
        for (const [name, check] of Object.entries(partner.checks))
          for (const kind of troubles) {
            const thrown = new Fault(kind, { seen: 'the far side of this test', status: 400 });
            const answer = await check(lookingContext(partner, what, thrown)).catch((error: unknown) => error);
            if (answer instanceof Fault) continue;
            const place = `${name} at ${kind}, with ${what} known`;
            holds(!(answer instanceof Error), `${place}: ${String(answer)}`);
            answersInWords(Object(answer).outcome, place);
          }
      },
    }),
  ),
  {
    says: 'a check whose signal ends passes its reason on',
    async prove({ partner }) {
      const reason = new Error('stop asked for');
      for (const [name, check] of Object.entries(partner.checks)) {
        const answer = await check(lookingContext(partner, 'everything', reason)).catch((error: unknown) => error);
        holds(!(answer instanceof Error) || answer === reason, `${name}: ${String(answer)}`);
      }
    },
  },
];

function answersInWords(given: unknown, place: string): void {
  const parsed = outcomeSchema.safeParse(given);
  if (!parsed.success) throw new Error(`${place} answers what is no outcome: ${parsed.error.message}`);
  const outcome = parsed.data;
  if (outcome.state === 'met') return;
  holds(owners.includes(outcome.on), `${place} is on ${outcome.on}`);
  for (const field of ['seen', 'needed', 'where'] as const) holds(outcome[field].trim() !== '', `${place} does not say ${field}`);
}
