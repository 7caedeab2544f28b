import { randomUUID } from 'node:crypto';
import type { Table } from '../../sandbox/kernel/table.ts';
import { rfiItems, submittalItems, upsertItem } from '../../sandbox/part3/items.ts';
import { actOnAnswer } from '../../sandbox/part3/people/answers.ts';
import { actOnReturn } from '../../sandbox/part3/people/returns.ts';
import { type Owned, ownedBy } from '../../sandbox/part3/state.ts';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import type { Part3Client } from '../../shared/partners/part3/client.ts';
import { rfi, submittal } from '../sandbox/part3-alone.ts';
import { rfiFields } from '../unit/part3/fixture.ts';
import type { ClientSubject, ListSubject } from './subject.ts';

const organisation = 'north-studio';

interface Recorded {
  id: string;
  modified: string;
}

const of = (client: unknown): Part3Client => client as Part3Client; // as the partner's `connect` made it

/** Part3's lists, its two kinds of item and what becomes of an answer. */
export function part3Client({ part3: state, world, urls }: Sandbox): ClientSubject {
  const part3 = { state, world };
  const tower = ownedBy(state.projects, organisation, ({ name }) => name === 'Harbour Tower')[0];
  const projectId = tower?.id ?? '';
  const prime = ownedBy(state.companies, organisation, (one) => one.projectId === projectId)[0];
  const companyId = prime?.id ?? '';
  const author = ownedBy(state.members, organisation, (one) => one.companyId === companyId && one.returns)[0]?.id ?? '';
  const by = { actor: organisation, seq: null };

  const place = (key: string) => ({ organisation, projectId, externalKey: `conformance:${key}` });
  const rfiId = (key: string): string => idOf(upsertItem(part3, rfiItems, place(key), rfi(), by));
  const submittalId = (key: string): string => idOf(upsertItem(part3, submittalItems, place(key), submittal(author), by));
  const answerId = async (key: string): Promise<string> => {
    const said = { bodyHtml: 'Yes.', official: false, files: [], finished: true };
    return (await actOnAnswer(part3, { act: 'draft', organisation, rfiId: rfiId(key), author, ...said })).id;
  };
  const returnId = async (key: string): Promise<string> => {
    const said = { slot: '901', responseName: 'Approved', comment: '', files: [], steps: [], finished: true };
    return (await actOnReturn(part3, { act: 'draft', organisation, submittalId: submittalId(key), author, ...said })).id;
  };

  /** Further records are like the first one of the list, an hour old. */
  function list<Row extends Recorded>(
    name: string,
    table: Table<Owned<Row>>,
    isListed: (record: Row) => boolean,
    read: ListSubject['read'],
    first: () => unknown = () => undefined,
  ): ListSubject {
    const put = (record: Row) => table.put({ organisation, record });
    const listed = () => ownedBy(table, organisation, isListed);
    return {
      name,
      read,
      async fill(count) {
        if (listed().length === 0) await first();
        const [like] = listed();
        if (!like) throw new Error(`there is no ${name} to make others like`);
        const modified = `${new Date(world.clock.nowMs() - 3_600_000).toISOString().slice(0, 19)}Z`;
        const ids = Array.from({ length: count }, () => randomUUID());
        for (const id of ids) put({ ...like, ...('externalKey' in like && { externalKey: `conformance:${id}` }), id, modified });
        return ids;
      },
      touch(id) {
        const row = table.get(id);
        if (row) put({ ...row.record, modified: world.clock.instant() });
      },
    };
  }
  const ofProject = (record: { readonly projectId: string }): boolean => record.projectId === projectId;

  return {
    login: { shown: { organisation }, secret: part3Tokens[organisation] },
    origins: async (before) => ({ PART3_API_URL: await before(urls.part3) }),
    isLogin: () => false,
    lists: [
      list(
        'projects',
        state.projects,
        () => true,
        (client) => of(client).projects(),
      ),
      list('companies', state.companies, ofProject, (client) => of(client).companies(projectId)),
      list(
        'members',
        state.members,
        (one) => one.companyId === companyId,
        (client) => of(client).members(companyId),
      ),
      list(
        'RFIs',
        state.rfis,
        ofProject,
        (client) => of(client).rfis({ projectId }),
        () => rfiId('first'),
      ),
      list(
        'submittals',
        state.submittals,
        ofProject,
        (client) => of(client).submittals({ projectId }),
        () => submittalId('first'),
      ),
      list(
        'answers',
        state.answers,
        ofProject,
        (client) => of(client).rfiAnswers({ projectId }),
        () => answerId('first'),
      ),
      list(
        'returns',
        state.returns,
        ofProject,
        (client) => of(client).submittalReturns({ projectId }),
        () => returnId('first'),
      ),
    ],
    writes: [
      {
        name: 'an RFI',
        write: (client, mayStillSend, number) =>
          of(client).upsertRfi({ projectId, externalKey: `conformance:rfi:${number}` }, rfiFields(), mayStillSend),
      },
      {
        name: 'what becomes of an answer',
        write: async (client, mayStillSend, number) =>
          of(client).settleAnswer(
            await answerId(`answer-${number}`),
            { state: 'blocked', version: 1, code: 'grant-missing', text: 'Not authorized yet.' },
            mayStillSend,
          ),
      },
      {
        name: 'what becomes of a return',
        write: async (client, mayStillSend, number) =>
          of(client).settleReturn(
            await returnId(`return-${number}`),
            { state: 'blocked', version: 1, code: 'grant-missing', text: 'Not authorized yet.' },
            mayStillSend,
          ),
      },
    ],
  };
}

function idOf(upserted: ReturnType<typeof upsertItem>): string {
  if ('item' in upserted) return upserted.item.id;
  throw new Error('an item was refused');
}
