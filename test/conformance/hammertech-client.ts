import { randomUUID } from 'node:crypto';
import { timeStamp } from '../../sandbox/hammertech/records.ts';
import { type Owned, ownedBy } from '../../sandbox/hammertech/state.ts';
import type { Table } from '../../sandbox/kernel/table.ts';
import { hammertechLogins } from '../../sandbox/seed/seed.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import type { HammertechClient } from '../../shared/partners/hammertech/client.ts';
import type { ClientSubject, ListSubject } from './subject.ts';

const tenant = 'acme-safety';

interface Recorded {
  id: string;
  modified: string;
}

const of = (client: unknown): HammertechClient => client as HammertechClient; // as the partner's `connect` made it

/** HammerTech's lists and its one writable resource. */
export function hammertechClient({ hammertech, world, urls }: Sandbox): ClientSubject {
  const projectId = ownedBy(hammertech.projects, tenant)[0]?.id ?? '';

  /** Further records are like those of the seed, an hour old. */
  function list<Row extends Recorded>(name: string, table: Table<Owned<Row>>, read: ListSubject['read']): ListSubject {
    const put = (record: Row) => table.put({ tenant, record });
    return {
      name,
      read,
      async fill(count) {
        const like = ownedBy(table, tenant)[0];
        if (!like) throw new Error(`the seed has no ${name}`);
        const modified = timeStamp(new Date(world.clock.nowMs() - 3_600_000));
        const ids = Array.from({ length: count }, () => randomUUID());
        for (const id of ids) put({ ...like, ...('projectId' in like && { projectId }), id, modified });
        return ids;
      },
      touch(id) {
        const row = table.get(id);
        if (row) put({ ...row.record, modified: timeStamp(new Date(world.clock.nowMs())) });
      },
    };
  }

  const { password, ...login } = hammertechLogins[tenant];
  return {
    login: { shown: { ...login, tenant }, secret: password },
    origins: async (before) => ({
      HAMMERTECH_API_URL: `${await before(urls.hammertech.api)}/{region}`,
      HAMMERTECH_AUTH_URL: `${await before(urls.hammertech.auth)}/{region}`,
    }),
    isLogin: (path) => path.includes('/api/login/'),
    lists: [
      list('employers', hammertech.employers, (client) => of(client).employers()),
      list('projects', hammertech.projects, (client) => of(client).projects()),
      list('users', hammertech.users, (client) => of(client).users()),
      list('employers of a project', hammertech.projectEmployers, (client) => of(client).projectEmployers(projectId)),
      list('sign-ins', hammertech.signIns, (client) => of(client).signIns({ projectId })),
      list('site diaries', hammertech.diaries, (client) => of(client).siteDiaries({ projectId })),
      list('incidents', hammertech.incidents, (client) => of(client).incidents({ projectId })),
      list('observations', hammertech.observations, (client) => of(client).observations({ projectId })),
    ],
    writes: [
      {
        name: 'an employer that is made',
        write: (client, mayStillSend, number) =>
          of(client).createEmployer({ name: `Crew ${number}`, abn: null, ein: null }, mayStillSend),
      },
      {
        name: 'an employer that is changed',
        write: (client, mayStillSend, number) =>
          of(client).updateEmployer(ownedBy(hammertech.employers, tenant)[0]?.id ?? '', { name: `Crew ${number}` }, mayStillSend),
      },
    ],
  };
}
