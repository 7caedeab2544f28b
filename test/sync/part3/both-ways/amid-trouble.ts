import { killedAt } from '../../killed.ts';
import type { ItemsGround, Killing } from '../items-ground.ts';
import type { SentAmidTrouble } from './acts.ts';
import { actInPart3 } from './in-part3.ts';
import { nth } from './nth.ts';

/**
 * A finished answer to something open that its author is asked about, and what goes wrong in the very call that sends it. What was sent and
 * who knows of it differ afterwards: here a second reply would come from.
 */
export async function answerAndTrouble(
  ground: ItemsGround,
  { of, which, word, file, trouble }: SentAmidTrouble,
): Promise<{ readonly stream: string; readonly killing?: Killing }> {
  const { world, project } = ground;
  const stream = of === 'rfi' ? 'rfi-replies' : 'submittal-responses';
  await (of === 'rfi' ? answerRfi(ground, { which, word, file }) : returnSubmittal(ground, { which, word, file }));
  if (trouble === 'after-send-before-settle' || trouble === 'after-claim')
    return { stream, killing: { point: killedAt(trouble, 1), call: () => undefined } };
  const match =
    of === 'rfi'
      ? { method: 'POST', path: `/rest/v1.0/projects/${project.id}/rfis/*` }
      : { method: 'PATCH', path: '/rest/v1.0/submittal_approvers/*' };
  world.faults.add({
    match,
    effect: trouble === 'status-after-commit' ? { kind: trouble, status: 502 } : { kind: trouble },
  });
  return { stream };
}

type Words = Pick<SentAmidTrouble, 'which' | 'word' | 'file'>;

async function answerRfi(ground: ItemsGround, { which, word, file }: Words): Promise<void> {
  const places = ground.rfis().flatMap(({ status, assignees }, at) => {
    const asked = (['ria', 'sam'] as const).filter((who) => assignees.some(({ memberId }) => memberId === ground.members[who]));
    return status === 'open' ? asked.map((who) => ({ at, who })) : [];
  });
  const place = nth(places, which);
  if (!place) return;
  await actInPart3(ground, { do: 'answer', which: place.at, who: place.who, word, file, official: false, finished: true });
}

async function returnSubmittal(ground: ItemsGround, { which, word, file }: Words): Promise<void> {
  const places = ground.submittals().flatMap(({ status, workflow, ballInCourt }, at) => {
    const named = workflow.filter(({ party }) => party.memberId !== null);
    const isAwaited = ({ party, responseName }: (typeof named)[number]): boolean =>
      responseName === null && ballInCourt.some(({ memberId }) => memberId === party.memberId);
    return status === 'open' ? named.flatMap((one, slot) => (isAwaited(one) ? [{ at, slot }] : [])) : [];
  });
  const place = nth(places, which);
  if (!place) return;
  const { at, slot } = place;
  await actInPart3(ground, {
    do: 'giveReturn',
    which: at,
    slot,
    word,
    response: 'Approved',
    file,
    reviewed: false,
    finished: true,
  });
}
