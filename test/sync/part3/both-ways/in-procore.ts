import type { Rfi } from '../../../../sandbox/kernel/model-rfis.ts';
import type { Submittal } from '../../../../sandbox/kernel/model-submittals.ts';
import * as rfis from '../../../../sandbox/procore/admin/rfis.ts';
import * as submittals from '../../../../sandbox/procore/admin/submittals.ts';
import type { ItemsGround, Name } from '../items-ground.ts';
import type { ProcoreAct } from './acts.ts';
import { nth } from './nth.ts';

const fileOf = (wanted: boolean) => (wanted ? [{ filename: 'plan.pdf', contentType: 'application/pdf', size: 2000 }] : []);

export const rfisOf = ({ world, project }: ItemsGround): Rfi[] => world.rfis.filter(({ projectId }) => projectId === project.id);

export const submittalsOf = ({ world, project }: ItemsGround): Submittal[] =>
  world.submittals.filter(({ projectId }) => projectId === project.id);

/** A person of the contractor's acts at their own screen; what Procore refuses them is thrown. */
export function actInProcore(ground: ItemsGround, act: ProcoreAct): void {
  const { world, project, ids } = ground;
  const idsOf = (names: readonly Name[]) => names.map((name) => ids[name]);
  switch (act.do) {
    case 'ask':
      rfis.createRfiByHand(
        world,
        { projectId: project.id, by: ids.gus, files: fileOf(act.file) },
        {
          subject: 'Slab edge',
          body: '<p>Where?</p>',
          managerId: ids.tess,
          assigneeIds: idsOf(act.assignees),
          distributionIds: idsOf(act.distribution),
          private: act.hidden,
        },
      );
      return;
    case 'submit':
      submittals.writeSubmittal(world, {
        projectId: project.id,
        by: ids.tess,
        number: `${submittalsOf(ground).length + 1}`,
        title: 'Steel',
        private: act.hidden,
        managerId: ids.tess,
        distributionIds: idsOf(act.distribution),
        steps: act.steps.map((names) => names.map((name) => ({ userId: ids[name] }))),
        files: fileOf(act.file),
      });
      return;
    case 'changeRfi':
    case 'assign':
    case 'replyByHand': {
      const rfi = nth(rfisOf(ground), act.which);
      if (rfi) changeRfi(ground, rfi, act, idsOf);
      return;
    }
    default: {
      const submittal = nth(submittalsOf(ground), act.which);
      if (submittal) changeSubmittal(ground, submittal, act);
    }
  }
}

function changeRfi(
  { world, ids }: ItemsGround,
  { id, subject }: Rfi,
  act: Extract<ProcoreAct, { do: 'changeRfi' | 'assign' | 'replyByHand' }>,
  idsOf: (names: readonly Name[]) => readonly string[],
): void {
  if (act.do === 'replyByHand') {
    rfis.answerByHand(world, { id, by: ids[act.who], body: `<p>${act.who} says so.</p>`, files: fileOf(act.file) });
    return;
  }
  if (act.do === 'assign') {
    const [assigneeIds, requiredAssigneeIds] = [idsOf(act.assignees), idsOf(act.required)];
    const required = requiredAssigneeIds.filter((one) => assigneeIds.includes(one));
    rfis.editRfiByHand(world, { id }, { assigneeIds, requiredAssigneeIds: required, distributionIds: idsOf(act.distribution) });
    return;
  }
  const ways = {
    close: () => rfis.closeRfiByHand(world, { id }),
    reopen: () => rfis.reopenRfiByHand(world, { id }),
    recycle: () => rfis.recycleRfiByHand(world, { id }),
    retrieve: () => rfis.retrieveRfiByHand(world, { id }),
    hide: () => rfis.editRfiByHand(world, { id }, { private: true }),
    show: () => rfis.editRfiByHand(world, { id }, { private: false }),
    subject: () => rfis.editRfiByHand(world, { id }, { subject: `${subject}!` }),
    due: () => rfis.editRfiByHand(world, { id }, { dueDate: '2027-03-01' }),
    ball: () => rfis.advanceBallByHand(world, { id }),
  };
  ways[act.how]();
}

type SubmittalAct = Extract<ProcoreAct, { do: 'changeSubmittal' | 'replaceApprover' | 'addApprover' | 'respondByHand' }>;

function changeSubmittal({ world, ids }: ItemsGround, { id, title, approvers }: Submittal, act: SubmittalAct): void {
  if (act.do === 'addApprover') {
    submittals.addApprover(world, { id, personId: ids[act.person], step: act.step });
    return;
  }
  if (act.do === 'changeSubmittal') {
    const ways = {
      close: () => submittals.setSubmittalState(world, { id, state: 'Closed' }),
      open: () => submittals.setSubmittalState(world, { id, state: 'Open' }),
      bin: () => submittals.binSubmittal(world, { id }),
      retrieve: () => submittals.retrieveSubmittal(world, { id }),
      hide: () => submittals.editSubmittal(world, { id, private: true }),
      show: () => submittals.editSubmittal(world, { id, private: false }),
      title: () => submittals.editSubmittal(world, { id, title: `${title}!` }),
      revise: () => submittals.reviseSubmittal(world, { id }),
    };
    ways[act.how]();
    return;
  }
  const slot = nth(approvers, act.slot);
  if (!slot) return;
  if (act.do === 'replaceApprover') submittals.replaceApprover(world, { approverId: slot.id, personId: ids[act.person] });
  // what was answered stays so: who changes it by hand afterwards takes the proof with it that it was ours
  else if (slot.responseId === null)
    submittals.answerByHand(world, {
      approverId: slot.id,
      response: 'Approved as Noted',
      comment: 'By hand.',
      files: fileOf(act.file),
      ...(act.byAdmin && { by: ids.tess }),
    });
}
