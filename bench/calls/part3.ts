import { createSyncActivities, syncDependenciesOf } from '../../activities/sync/index.ts';
import { actOnAnswer } from '../../sandbox/part3/people/answers.ts';
import { actOnReturn } from '../../sandbox/part3/people/returns.ts';
import { ownedBy } from '../../sandbox/part3/state.ts';
import { createRfiByHand } from '../../sandbox/procore/admin/rfis.ts';
import { writeSubmittal } from '../../sandbox/procore/admin/submittals.ts';
import { type LinkedPart3, linkHarbourTower } from '../part3/linked.ts';
import { leastAnswers, leastCycles, leastItems } from './formulas.ts';
import type { CallsGround } from './ground.ts';
import { type Phase, phase } from './phases.ts';

const organisation = 'north-studio';
const streams = ['rfis', 'submittals', 'attachments', 'rfi-replies', 'submittal-responses'] as const;

/** Of each kind; every fourth has a file, and so has the answer to it; every fifth RFI waits for two people. */
const itemsOfKind = 20;
const filesOf = <File>(nth: number, file: File): File[] => (nth % 4 === 0 ? [file] : []);
const awaits = (nth: number) => (nth % 5 === 0 ? (['ria', 'sam'] as const) : (['ria'] as const));

/**
 * A mixed day of one project between Part3 and Procore, each kind of work by itself. What had to be done is told by what both sides hold; a
 * cycle comes so long after a change that it need not be looked at once more.
 */
export async function countPart3Calls(ground: CallsGround, adminUrl: string): Promise<readonly Phase[]> {
  const { deps, sandbox } = ground;
  const { world } = sandbox;
  const on = await linkHarbourTower({ pool: deps.pool, adminUrl, roots: ground.roots }, sandbox);
  const { tenantId, projectLinkId, generation } = on.link;
  const sync = createSyncActivities({ ...syncDependenciesOf(deps), nowMs: () => world.clock.nowMs() });

  async function cycles(count: number): Promise<void> {
    for (let nth = 0; nth < count; nth += 1) {
      world.clock.advance(60_000);
      for (const stream of streams) {
        const report = await sync.runStream({ tenantId, projectLinkId, generation, stream });
        if ('waitUntilMs' in report || report.open + report.parked > 0) throw new Error(`${stream}: ${JSON.stringify(report)}`);
      }
    }
  }
  async function counted(
    name: string,
    count: number,
    work: (before: Holdings) => { least: number; toWrite: number },
  ): Promise<Phase> {
    ground.calls();
    const before = holdingsOf(ground, on);
    await cycles(count);
    const { least: leastOfWork, toWrite } = work(before);
    const least = leastOfWork + leastCycles(count);
    return phase(`Part3: ${name}`, ground.calls(), { least, atLeast: least, bare: least, toWrite });
  }

  // one that stands: the bins are looked into now, and then once an hour, which is counted by itself
  ask(ground, on, 1);
  submit(ground, on, 1);
  await cycles(3);
  const former = holdingsOf(ground, on);
  for (let nth = 0; nth < itemsOfKind; nth += 1) {
    ask(ground, on, nth);
    submit(ground, on, nth);
  }
  // files that have come are noted on their items in the cycle after
  const comeIn = await counted('RFIs and submittals come in', 2, ({ files }) => {
    return { least: leastItems({ changedRfis: itemsOfKind, newFiles: files - former.files }), toWrite: 0 };
  });
  const idle = await counted('idle', 1, () => ({ least: 0, toWrite: 0 }));
  await answerAll(ground, on);
  const goOut = await counted('answers go out, and come in again', 3, (before) => {
    const now = holdingsOf(ground, on);
    const said = {
      replies: now.replies - before.replies,
      responses: now.responses - before.responses,
      files: now.files - before.files,
    };
    const answers = { ...said, advanced: itemsOfKind + 1 - itemsOfKind / 5 };
    const changedRfis = itemsOfKind + 1;
    return {
      least: leastAnswers(answers) + leastItems({ changedRfis, newFiles: said.files }),
      // an upload is announced and completed
      toWrite: said.replies + said.responses + answers.advanced + 2 * said.files,
    };
  });
  expectAllReturned(ground, on);
  world.clock.advance(3_600_000);
  ground.letPass(3_600_001);
  const bins = await counted('the bins, once an hour', 1, () => ({ least: 2, toWrite: 0 }));
  return [comeIn, idle, goOut, bins];
}

/** What stands in Procore's records of the project. */
interface Holdings {
  readonly files: number;
  readonly replies: number;
  readonly responses: number;
}

function holdingsOf({ sandbox: { world } }: CallsGround, { project }: LinkedPart3): Holdings {
  const isHere = ({ projectId }: { readonly projectId: string }): boolean => projectId === project.id;
  const replies = world.rfiReplies.filter(isHere);
  const slots = world.submittals.filter(isHere).flatMap(({ approvers }) => approvers);
  const holders = [
    ...world.rfis.filter(isHere).map(({ question }) => question),
    ...replies,
    ...world.submittals.filter(isHere),
    ...slots,
  ];
  return {
    files: holders.flatMap(({ attachments }) => attachments).length,
    replies: replies.length,
    responses: slots.filter(({ responseId }) => responseId !== null).length,
  };
}

function ask({ sandbox: { world } }: CallsGround, { project, ids }: LinkedPart3, nth: number): void {
  const assigneeIds = awaits(nth).map((name) => ids[name]);
  createRfiByHand(
    world,
    {
      projectId: project.id,
      by: ids.gus,
      files: filesOf(nth, { filename: `plan ${nth}.pdf`, contentType: 'application/pdf', size: 9000 }),
    },
    {
      subject: `Slab edge ${nth}`,
      body: '<p>Where?</p>',
      managerId: ids.gus,
      assigneeIds,
      requiredAssigneeIds: assigneeIds.length > 1 ? assigneeIds : [],
    },
  );
}

function submit({ sandbox: { world } }: CallsGround, { project, ids }: LinkedPart3, nth: number): void {
  writeSubmittal(world, {
    projectId: project.id,
    by: ids.gus,
    number: `B-${nth}`,
    title: 'Concrete mix',
    private: false,
    managerId: ids.gus,
    steps: [[{ userId: ids.sam }]],
    files: filesOf(nth, { filename: `mix ${nth}.pdf`, contentType: 'application/pdf', size: 9000 }),
  });
}

/** Everybody who is waited for answers, at once. */
async function answerAll({ sandbox }: CallsGround, { part3ProjectId, members }: LinkedPart3): Promise<void> {
  const part3 = { world: sandbox.world, state: sandbox.part3 };
  const isOurs = ({ projectId }: { readonly projectId: string }): boolean => projectId === part3ProjectId;
  const fileOf = (nth: number) => filesOf(nth, { name: `sketch ${nth}.pdf`, contentType: 'application/pdf', sizeBytes: 9000 });
  for (const { id, subject } of ownedBy(sandbox.part3.rfis, organisation, isOurs)) {
    const nth = Number(subject.slice('Slab edge '.length));
    for (const name of awaits(nth)) {
      const answer = { author: members[name], bodyHtml: `<p>${name}: use 12 mm.</p>`, official: false, files: fileOf(nth) };
      await actOnAnswer(part3, { act: 'draft', organisation, rfiId: id, finished: true, ...answer });
    }
  }
  for (const { id, number, workflow } of ownedBy(sandbox.part3.submittals, organisation, isOurs)) {
    const answer = {
      author: members.sam,
      responseName: 'Approved',
      comment: 'As drawn.',
      files: fileOf(Number(number.slice(2))),
      steps: [],
    };
    const slot = workflow[0]?.slot ?? '';
    await actOnReturn(part3, { act: 'draft', organisation, submittalId: id, slot, finished: true, ...answer });
  }
}

/** Throws where an answer is not in Procore, or its receipt not in Part3. */
function expectAllReturned({ sandbox }: CallsGround, { part3ProjectId }: LinkedPart3): void {
  const { answers, returns } = sandbox.part3;
  for (const { record } of [...answers.all(), ...returns.all()]) {
    if (record.projectId === part3ProjectId && record.state !== 'returned')
      throw new Error(`not returned: ${JSON.stringify(record)}`);
  }
}
