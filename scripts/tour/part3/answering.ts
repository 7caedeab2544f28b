import { until } from '../http.ts';
import type { DesignTeam } from './design-team.ts';
import type { Part3Submittal, Part3Truth, ProjectTruth } from './truth.ts';

/** What the design team does once its items have arrived. Everything is done once, however often the tour is played. */
interface Answering {
  readonly truth: Pick<ProjectTruth, 'part3'>;
  readonly team: DesignTeam;
  readonly projectId: string;
  readonly patienceMs: number;
  readonly say: (line: string) => void;
}

interface Answer {
  readonly author: string;
  readonly subject: string;
  readonly bodyHtml: string;
  readonly official: boolean;
  readonly file: string;
}

const answers: readonly Answer[] = [
  {
    author: 'Ria Solà',
    subject: 'Curtain wall anchors at level 12 – spacing',
    bodyHtml: '<p>The schedule governs: <b>450&nbsp;mm</b>. A-512 will be reissued.</p>',
    official: true,
    file: 'SK-12 anchors “L12”.pdf',
  },
  {
    author: 'Sam Wu',
    subject: 'Façade “north” vs. Façade "Nord" — which sheet?',
    bodyHtml: '<p>Confirmed: A-202 &amp; its legend are current.</p>',
    official: false,
    file: 'A-202 légende.pdf',
  },
];

interface Return {
  readonly author: string;
  readonly title: string;
  readonly responseName: string;
  readonly comment: string;
  readonly file: string;
  readonly reviewers: readonly string[];
}

const returns: readonly Return[] = [
  {
    author: 'Ria Solà',
    title: 'Structural steel shop drawings, levels 1–4',
    responseName: 'Approved as Noted',
    comment: 'Weld symbols on S-104 as marked.',
    file: 'S-104 marked.pdf',
    reviewers: [],
  },
  {
    author: 'Sam Wu',
    title: 'Roof membrane data sheets',
    // Pia's name for Procore's custom response
    responseName: 'Corrections noted',
    comment: 'Primer of the same maker.',
    file: 'Membrane review.pdf',
    reviewers: ['Ria Solà'],
  },
];

const fileBytes = 150_000;

/** Ria and Sam answer what waits for them. A return that a colleague reviews first waits until `finishReviews`. */
export async function answerAll({ truth, team, projectId, say }: Answering): Promise<void> {
  const seen = await truth.part3();
  for (const { author, subject, file, ...answer } of answers) {
    const rfiId = itemOf(seen.rfis, (rfi) => rfi.projectId === projectId && rfi.subject === subject, subject).id;
    const authorId = memberOf(seen, projectId, author);
    if (seen.answers.some((one) => one.rfiId === rfiId && one.authorMemberId === authorId)) continue;
    say(`${author} answers the RFI “${subject}”${answer.official ? ', officially' : ''}, with a file`);
    await team.answer({ rfiId, author: authorId, ...answer, files: [{ name: file, sizeBytes: fileBytes }] });
  }
  for (const { author, title, file, reviewers, ...given } of returns) {
    const submittal = itemOf(seen.submittals, (one) => one.projectId === projectId && one.title === title, title);
    const authorId = memberOf(seen, projectId, author);
    if (seen.returns.some((one) => one.submittalId === submittal.id && one.authorMemberId === authorId)) continue;
    const returned = await team.giveBack({
      submittalId: submittal.id,
      slot: slotOf(submittal, authorId),
      author: authorId,
      ...given,
      files: [{ name: file, sizeBytes: fileBytes }],
      reviewers: reviewers.map((reviewer) => memberOf(seen, projectId, reviewer)),
    });
    const first = reviewers.length === 0 ? '' : `; ${reviewers.join(', ')} reviews it first`;
    say(`${author} returns the submittal “${title}”: ${given.responseName}, with a file${first}`);
    if (reviewers.length > 0) await team.askForReview(returned);
  }
}

/** Reviewers finish what waits for them. */
export async function finishReviews({ truth, team, projectId, say }: Answering): Promise<void> {
  const waiting = (await truth.part3()).returns.filter((one) => one.projectId === projectId && one.state === 'in-review');
  for (const { id } of waiting) {
    await team.review(id, 0);
    await team.finish(id);
    say('Ria has reviewed it; Sam’s return is ready now');
  }
}

const isOnItsWay = (state: string): boolean => state === 'ready' || state === 'blocked';

/** Waits until each answer is reported to its author as returned, with the receipt. */
export async function untilReceipts({ truth, projectId, patienceMs }: Answering): Promise<void> {
  await until('receipts of every answer', patienceMs, async () => {
    const seen = await truth.part3();
    const open = [...seen.answers, ...seen.returns].filter((one) => one.projectId === projectId && isOnItsWay(one.state));
    return open.length === 0 ? true : undefined;
  });
}

function itemOf<Item>(items: readonly Item[], isMeant: (item: Item) => boolean, what: string): Item {
  const found = items.find(isMeant);
  if (found === undefined) throw new Error(`“${what}” has not come to Part3`);
  return found;
}

const memberOf = ({ members }: Part3Truth, projectId: string, name: string): string =>
  itemOf(members, (member) => member.projectId === projectId && member.name === name, name).id;

/** The author's slot in the workflow that has no response yet. */
const slotOf = ({ workflow, title }: Part3Submittal, memberId: string): string =>
  itemOf(workflow, ({ party, responseName }) => party.memberId === memberId && responseName === null, `a place in ${title}`).slot;
