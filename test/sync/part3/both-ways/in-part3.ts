import { actOnAnswer } from '../../../../sandbox/part3/people/answers.ts';
import { writeNotes } from '../../../../sandbox/part3/people/notes.ts';
import { actOnReturn } from '../../../../sandbox/part3/people/returns.ts';
import type { RfiAnswer, SubmittalReturn } from '../../../../sandbox/part3/records.ts';
import { ownedBy } from '../../../../sandbox/part3/state.ts';
import type { ItemsGround } from '../items-ground.ts';
import type { Part3Act } from './acts.ts';
import { nth } from './nth.ts';

const organisation = 'north-studio';

export const answersOf = ({ sandbox, part3ProjectId }: ItemsGround): RfiAnswer[] =>
  ownedBy(sandbox.part3.answers, organisation, ({ projectId }) => projectId === part3ProjectId);

export const returnsOf = ({ sandbox, part3ProjectId }: ItemsGround): SubmittalReturn[] =>
  ownedBy(sandbox.part3.returns, organisation, ({ projectId }) => projectId === part3ProjectId);

const filesOf = (wanted: boolean, sizeBytes = 3000) =>
  wanted ? [{ name: 'sketch.pdf', contentType: 'application/pdf', sizeBytes }] : [];

/** An edit that leaves the files as they are, or puts another of the same name in their place. */
const filesEdited = (replaced: boolean) => (replaced ? { files: filesOf(true, 4000) } : {});

/** Somebody of the design team acts at their own screen; what Part3 does not let them do is thrown. */
export async function actInPart3(ground: ItemsGround, act: Part3Act): Promise<void> {
  const part3 = { world: ground.world, state: ground.sandbox.part3 };
  const body = (word: string) => `<p>${word}</p>`;
  switch (act.do) {
    case 'note': {
      const item = nth(ground.rfis(), act.which);
      if (item) writeNotes(part3, { organisation, of: 'rfi', id: item.id, by: ground.members.ria, notes: 'ask Ben' });
      return;
    }
    case 'answer': {
      const item = nth(ground.rfis(), act.which);
      if (!item) return;
      const { official, finished, word } = act;
      const written = { author: ground.members[act.who], bodyHtml: body(word), files: filesOf(act.file) };
      await actOnAnswer(part3, { act: 'draft', organisation, rfiId: item.id, official, finished, ...written });
      return;
    }
    case 'moveAnswer': {
      const answer = nth(answersOf(ground), act.which);
      if (!answer) return;
      const edit = { act: 'edit', bodyHtml: body(act.word), ...filesEdited(act.replaced) } as const;
      await actOnAnswer(part3, { organisation, id: answer.id, ...(act.how === 'edit' ? edit : { act: act.how }) });
      return;
    }
    case 'giveReturn':
      await giveReturn(ground, act);
      return;
    case 'moveReturn': {
      const given = nth(returnsOf(ground), act.which);
      if (!given || (act.how === 'do-step' && given.steps.length === 0)) return;
      const on = { organisation, id: given.id };
      if (act.how === 'edit')
        await actOnReturn(part3, {
          act: 'edit',
          ...on,
          responseName: act.response,
          comment: act.word,
          ...filesEdited(act.replaced),
        });
      else if (act.how === 'do-step') await actOnReturn(part3, { act: 'do-step', ...on, index: 0 });
      else if (act.how === 'finish') await actOnReturn(part3, { act: 'finish', ...on, despiteOpenSteps: false });
      else await actOnReturn(part3, { act: act.how, ...on });
    }
  }
}

/** By whoever stands in the place, as Part3 shows it. */
async function giveReturn(ground: ItemsGround, act: Extract<Part3Act, { do: 'giveReturn' }>): Promise<void> {
  const item = nth(ground.submittals(), act.which);
  const places = item?.workflow.filter(({ party }) => party.memberId !== null) ?? [];
  const place = nth(places, act.slot);
  if (!item || !place || place.party.memberId === null) return;
  const author = place.party.memberId;
  const reviewer = author === ground.members.ria ? ground.members.sam : ground.members.ria;
  await actOnReturn(
    { world: ground.world, state: ground.sandbox.part3 },
    {
      act: 'draft',
      organisation,
      submittalId: item.id,
      slot: place.slot,
      author,
      responseName: act.response,
      comment: act.word,
      files: filesOf(act.file),
      steps: act.reviewed ? [{ kind: 'reviewer', required: true, member: reviewer }] : [],
      finished: act.finished && !act.reviewed,
    },
  );
}
