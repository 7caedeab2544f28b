import { Forbidden } from '../../../../sandbox/part3/people/forbidden.ts';
import { Refusal } from '../../../../sandbox/procore/refusal.ts';
import { offeredResponses } from '../../../../sandbox/procore/submittals/responses.ts';
import { faultIn } from '../../../../shared/domain/faults.ts';
import { FencedOut } from '../../../../shared/store/records/checkpoints.ts';
import { Killed, killedAt, killedAtCall } from '../../killed.ts';
import type { ItemsGround } from '../items-ground.ts';
import { type Act, type Between, streams } from './acts.ts';
import { answerAndTrouble } from './amid-trouble.ts';
import { actInPart3 } from './in-part3.ts';
import { actInProcore } from './in-procore.ts';

/**
 * What a project begins with: an RFI and a submittal for both and a private RFI for one of them, carried already; responses that mean what
 * they are called; and two answers of one person in the very same words, finished, that are two replies whatever happens on their way.
 */
export async function begun(ground: ItemsGround): Promise<void> {
  for (const { id: responseId, name, considered } of offeredResponses(ground.world, ground.project))
    ground.responses.push({ responseId, name, considered, state: 'mapped', partnerName: name, decidedBy: null });
  const both = ['ria', 'sam'] as const;
  actInProcore(ground, { do: 'ask', assignees: [...both], distribution: [], hidden: false, file: false });
  actInProcore(ground, { do: 'ask', assignees: ['ria'], distribution: [], hidden: true, file: false });
  actInProcore(ground, { do: 'submit', steps: [['ria'], ['sam']], distribution: [], hidden: false, file: false });
  ground.later(30);
  for (const stream of ['rfis', 'submittals']) await ground.cycle(stream);
  const forBoth = ground.rfis().findIndex(({ isPrivate }) => !isPrivate);
  const same = { do: 'answer', which: forBoth, who: 'ria', word: 'Yes.', file: false, official: false, finished: true } as const;
  for (let times = 0; times < 2; times += 1) await actInPart3(ground, same);
}

/** One act. What the far sides refuse a person is not done; what ends a cycle early is taken up by a later one. */
export async function play(ground: ItemsGround, act: Act): Promise<void> {
  try {
    if (isBetween(act)) await playBetween(ground, act);
    else if (isOfPart3(act)) await actInPart3(ground, act);
    else actInProcore(ground, act);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof Forbidden)) throw error;
  }
  ground.later(2);
}

const betweens: ReadonlySet<string> = new Set<Between['do']>([
  'cycle',
  'killedAtPoint',
  'killedAtCall',
  'twoWorkers',
  'spoil',
  'sentAmidTrouble',
  'timePasses',
]);
const isBetween = (act: Act): act is Between => betweens.has(act.do);

const ofPart3: ReadonlySet<string> = new Set(['answer', 'moveAnswer', 'giveReturn', 'moveReturn', 'note']);
const isOfPart3 = (act: Exclude<Act, Between>): act is Parameters<typeof actInPart3>[1] => ofPart3.has(act.do);

async function playBetween(ground: ItemsGround, act: Between): Promise<void> {
  switch (act.do) {
    case 'cycle':
      return endsSomehow(ground.cycle(act.stream));
    case 'killedAtPoint': {
      const point = killedAt(act.point, act.nth);
      return endsSomehow(ground.cycleOfAnother(act.stream, { point, call: () => undefined }));
    }
    case 'killedAtCall':
      return endsSomehow(ground.cycleOfAnother(act.stream, killedAtCall(act.nth)));
    case 'twoWorkers':
      await Promise.all([endsSomehow(ground.cycle(act.stream)), endsSomehow(ground.cycleOfAnother(act.stream))]);
      return;
    case 'spoil': {
      const { method, nth, kind } = act;
      const effect = kind === 'status-before' || kind === 'status-after-commit' ? ({ kind, status: 502 } as const) : { kind };
      ground.world.faults.add({ match: { method }, nth, effect });
      return;
    }
    case 'sentAmidTrouble': {
      const { stream, killing } = await answerAndTrouble(ground, act);
      return endsSomehow(ground.cycleOfAnother(stream, killing));
    }
    case 'timePasses':
      ground.later(20);
      if (act.hour) ground.hourPasses();
      await ground.leasesEnd();
  }
}

/** A cycle that may be killed, overtaken by another worker, or cut short by a far side. */
async function endsSomehow(cycle: Promise<unknown>): Promise<void> {
  await cycle.catch((error: unknown) => {
    if (!(error instanceof Killed || error instanceof FencedOut || faultIn(error))) throw error;
  });
}

const roundsAtMost = 14;

/** Nobody does anything more, and nothing goes wrong, until two rounds have written nothing. */
export async function quiet(ground: ItemsGround): Promise<void> {
  ground.world.faults.removeAll();
  let calm = 0;
  for (let round = 0; round < roundsAtMost && calm < 2; round += 1) {
    ground.later(30);
    ground.hourPasses();
    await ground.leasesEnd();
    let moved = 0;
    for (const stream of streams) {
      const { created, updated, open } = await ground.cycle(stream);
      moved += created + updated + open;
    }
    calm = moved === 0 ? calm + 1 : 0;
  }
  if (calm < 2) throw new Error(`still writing after ${roundsAtMost} rounds`);
}
