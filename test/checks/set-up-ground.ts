import { beforeAll, expect } from '@jest/globals';
import type { CompanyUser, PermissionTemplate } from '../../sandbox/kernel/model.ts';
import type { Timings } from '../../shared/config/pace.ts';
import { type SetUpTask, type SetUpWords, setUpTasks } from '../../shared/domain/set-up.ts';
import { listSetUp, type StoredTask } from '../../shared/store/connections/set-ups.ts';
import { type ChecksBench, type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, decide, met } from '../support/onboarded.ts';

export const companyName = 'HammerTech Sync Company Permissions';
export const projectName = 'HammerTech Sync Project Permissions';

interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly personId: string;
}

export interface Asked {
  readonly connecting: Connecting;
  readonly account: Account;
  readonly signInId: string;
  /** What the ledger held before anything was set up. */
  readonly mark: number;
}

interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly userId: string;
  readonly status: number;
}

export const counted = (calls: readonly Pick<SeenCall, 'method' | 'path'>[], method: string, path: RegExp): number =>
  calls.filter((call) => call.method === method && path.test(call.path)).length;

/**
 * The guide's set-up by an admin who asked for it, for what it makes in Procore. Stands: the checks with a store and the whole sandbox, a
 * small company that has never heard of the guide, credentials proven. Does not: workflows, pages, anything after the set-up.
 */
export interface SetUpGround {
  readonly bench: () => ChecksBench;
  /** Templates of the company under this very name. */
  named(name: string): readonly PermissionTemplate[];
  /** An account without any right, and an admin who has ticked these tasks. */
  asked(tasks?: readonly SetUpTask[], kind?: 'legacy' | 'dmsa'): Promise<Asked>;
  rowsOf(set: Asked): Promise<readonly StoredTask[]>;
  statesOf(set: Asked): Promise<Record<string, string>>;
  wordsOf(set: Asked, task: SetUpTask): Promise<SetUpWords | null | undefined>;
  /** What was called in the admin's name. */
  personCalls(set: Asked): Promise<readonly SeenCall[]>;
  /** Creations of templates that were sent, those included that never reached Procore. */
  posted(set: Asked): Promise<number>;
  userOf(set: Asked): CompanyUser | undefined;
}

/** A small company of the sandbox that has never heard of the guide, and its admin, who has it set up. */
export function useSetUp(pace: Partial<Timings> = {}): SetUpGround {
  const bench = useChecksBench(pace);
  const { companyId } = borealis;
  const named = (name: string): readonly PermissionTemplate[] =>
    bench().sandbox.world.templates.filter((template) => template.companyId === companyId && template.name === name);

  function forgetTemplates(): void {
    const { templates } = bench().sandbox.world;
    for (const template of [...named(companyName), ...named(projectName)]) {
      templates.put({ ...template, name: `${template.name}, before ${template.id}-${templates.size}` });
    }
  }

  beforeAll(() => forgetTemplates());

  async function callsSince(mark: number): Promise<readonly SeenCall[]> {
    return (await bench().calls(mark)) as unknown as readonly SeenCall[]; // the ledger tells more than its door names
  }

  const rowsOf = ({ connecting }: Asked) => connecting.inTenant((db) => listSetUp(db, connecting.connectionId));
  return {
    bench,
    named,
    async asked(tasks = setUpTasks, kind = 'legacy') {
      forgetTemplates();
      const fresh = kind === 'legacy' ? { fresh: true } : {};
      const account = await bench().control<Account>('/credentials', { companyId, kind, ...fresh });
      const connecting = await bench().connect();
      await connecting.submitService(account, companyId, kind);
      await connecting.submitLogin(borealis.login);
      await met(connecting, ['verifyCredentials']);
      await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
      const cleo = await connecting.signIn('cleo');
      await connecting.check('proveOwnership');
      expect(await cleo.confirm(tasks)).toBe(true);
      await met(connecting, ['proveOwnership', 'connectApp']);
      return { connecting, account, signInId: cleo.signInId, mark: (await bench().calls(0)).at(-1)?.seq ?? 0 };
    },
    rowsOf,
    statesOf: async (set) => Object.fromEntries((await rowsOf(set)).map(({ task, state }) => [task, state])),
    wordsOf: async (set, task) => (await rowsOf(set)).find((row) => row.task === task)?.words,
    async personCalls({ mark }) {
      const { world } = bench().sandbox;
      const cleo = world.people.find(({ firstName }) => firstName === 'Cleo')?.id;
      return (await callsSince(mark)).filter(({ userId }) => userId === cleo);
    },
    posted: async ({ mark }) => counted(await callsSince(mark), 'POST', /permission_templates$/),
    userOf: ({ account }) => bench().sandbox.world.companyUsers.get(`${companyId}:${account.personId}`),
  };
}
