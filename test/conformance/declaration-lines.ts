import { z } from 'zod';
import { loginBody } from '../../api/routes/credential-bodies.ts';
import { partnerNames, partnerTitles } from '../../shared/domain/partners.ts';
import { accessLevels } from '../../shared/domain/project-levels.ts';
import type { Plan } from '../../shared/domain/steps.ts';
import type { Partner } from '../../shared/partners/contract.ts';
import { holds, same } from './client-bench.ts';
import type { Line } from './line.ts';
import { type Leaf, leavesOf, nested, objectsOf } from './settings-schema.ts';

export interface DeclarationBench {
  readonly partner: Partner;
  readonly plan: Plan;
}

/** Checks that are no partner's own. */
const commonChecks = ['awaitCredentials', 'confirm', 'dryRun', 'live'];

const isAmong = (names: readonly string[], all: readonly string[], what: string): void =>
  same(
    names.filter((name) => !all.includes(name)),
    [],
    what,
  );

const once = (names: readonly string[], what: string): void => same([...new Set(names)], names, what);

/** What a partner says of itself agrees with itself, with its plan and with what an admin may be asked. */
export const declarationLines: readonly Line<DeclarationBench>[] = [
  {
    says: 'it is one of the list, with a name for people',
    prove({ partner: { name } }) {
      holds(partnerNames.includes(name), `${name} is not listed`);
      holds(partnerTitles[name].trim() !== '', 'its title is empty');
    },
  },
  {
    says: 'modules that are on by themselves are modules, and each is named once',
    prove({ partner: { modules, modulesByDefault } }) {
      holds(modules.length > 0, 'there is no module');
      once(modules, 'modules');
      isAmong(modulesByDefault, modules, 'modules that are on by themselves, and none');
    },
  },
  {
    says: 'every stream has a name of its own and serves declared modules',
    prove({ partner: { streams, modules } }) {
      once(
        streams.map(({ name }) => name),
        'names of streams',
      );
      for (const { name, module, alsoOf = [] } of streams)
        isAmong([module, ...alsoOf], modules, `modules of ${name} that are none`);
    },
  },
  {
    says: 'what a stream needs is a level on a named tool, one for each',
    prove({ partner: { streams } }) {
      for (const { name, needs } of streams) {
        once(
          needs.map(({ tool }) => tool),
          `tools of ${name}`,
        );
        for (const { tool, level } of needs) {
          holds(tool.trim() !== '', `a tool of ${name} has no name`);
          holds(accessLevels.includes(level) && level !== 'None', `${name} needs ${level} on ${tool}`);
        }
      }
    },
  },
  {
    says: 'a stream’s shape and version are whole: direct or gathering, from 1 on',
    prove({ partner: { streams } }) {
      for (const { name, shape, scope, mappingVersion } of streams) {
        holds(['direct', 'gathering'].includes(shape), `${name} is ${shape}`);
        holds(['project', 'company'].includes(scope), `${name} is of a ${scope}`);
        holds(Number.isInteger(mappingVersion) && mappingVersion >= 1, `${name} has the version ${mappingVersion}`);
      }
    },
  },
  {
    says: 'every step of the plan has its check, and every check its step',
    prove({ partner: { checks, name }, plan }) {
      same(plan.partner, name, 'whose plan it is');
      const used = plan.steps.map(({ check }) => check);
      isAmong(used, [...Object.keys(checks), ...commonChecks], 'steps without a check');
      isAmong(Object.keys(checks), used, 'checks without a step');
    },
  },
  {
    says: 'a step needs earlier steps alone, and says who meets it and how',
    prove({ plan: { steps } }) {
      once(
        steps.map(({ id }) => id),
        'steps',
      );
      for (const [at, { id, needs, title, cure }] of steps.entries()) {
        isAmong(
          needs,
          steps.slice(0, at).map((step) => step.id),
          `steps that ${id} needs and that come later`,
        );
        holds(title.trim() !== '' && cure.trim() !== '', `${id} has no words`);
      }
      same(steps.at(-1)?.id, 'live', 'the last step');
    },
  },
  {
    says: 'steps that prove what modules need are steps of the plan',
    prove({ partner: { stepsOfModules }, plan }) {
      isAmong(
        stepsOfModules,
        plan.steps.map(({ id }) => id),
        'steps of modules that are none',
      );
    },
  },
  {
    says: 'where people call Procore it has words for each way in which an owner does not read, named or not; else none',
    prove({ partner: { principal, ownerWords } }) {
      same(ownerWords !== undefined, principal === 'people', 'whether it has words for owners');
      if (ownerWords === undefined) return;
      const { lapsed, takenBack, withoutAccess, proposed, inviteAgain } = ownerWords;
      const told = [lapsed, takenBack, withoutAccess].flatMap((words) => [words(null), words('Gus Romero')]);
      for (const { seen, needed, where } of [proposed, ...told])
        for (const text of [seen, needed, where]) holds(/\S/.test(text) && !text.includes('null'), `it says: ${text}`);
      for (const words of [lapsed, takenBack, withoutAccess])
        holds(words('Gus Romero').seen.includes('Gus Romero'), 'it does not name who is named');
      holds(inviteAgain.trim() !== '', 'the inviter is not told what to do');
    },
  },
  {
    says: 'what is not set has its default, and a complete setting stays as it is',
    prove({ partner: { settings } }) {
      const complete = settings.parse({});
      same(settings.parse(complete), complete, 'settings that were complete');
      for (const { path, schema } of leavesOf(settings)) holds('default' in schema, `${path.join('.')} has no default`);
    },
  },
  {
    says: 'every setting says what it is for',
    prove({ partner: { settings } }) {
      for (const { path, schema } of leavesOf(settings))
        holds(String(schema.description ?? '').trim() !== '', `${path.join('.')} is not described`);
    },
  },
  {
    says: 'a value that cannot be is refused by the name of its field, and so is a field that nobody knows',
    prove({ partner: { settings } }) {
      for (const leaf of leavesOf(settings)) refusedAt(settings, leaf, { neither: 'this' });
      for (const path of objectsOf(settings)) {
        const parsed = settings.safeParse(nested([...path, 'noSuchSetting'], true));
        holds(!parsed.success, `${path.join('.') || 'the settings'} take a field that nobody knows`);
        holds(JSON.stringify(parsed.error?.issues).includes('noSuchSetting'), 'the unknown field is not named');
      }
    },
  },
  {
    says: 'a login is what its example shows: each field is asked for by name, no other is taken, the secret is not shown',
    prove({ partner: { login } }) {
      const body = loginBody(login);
      same(body.parse(login.example), login.example, 'the example of a login');
      holds(!Object.hasOwn(login.shown.shape, login.secret.name), 'the secret is among what is shown');
      for (const field of Object.keys(login.example)) {
        const { [field]: _, ...rest } = login.example;
        const parsed = body.safeParse(rest);
        holds(JSON.stringify(parsed.error?.issues ?? '').includes(`"${field}"`), `${field} is not asked for`);
      }
      holds(!body.safeParse({ ...login.example, noSuchField: 'x' }).success, 'a field that nobody knows is taken');
    },
  },
  {
    says: 'people are told whom to ask, and an invitation is short enough to be read',
    prove({ partner: { support, invitation, originSettings } }) {
      holds(z.union([z.url(), z.email()]).safeParse(support.contact).success, `${support.contact} is no address`);
      holds(support.hours.trim() !== '', 'nobody says when somebody answers');
      holds(invitation === undefined || invitation.touches.length <= 5, 'an invitation has more than five lines');
      for (const setting of originSettings) holds(/^[A-Z0-9_]+_URL$/.test(setting), `${setting} is no name of an address`);
    },
  },
];

function refusedAt(settings: Partner['settings'], { path }: Leaf, value: unknown): void {
  const parsed = settings.safeParse(nested(path, value));
  const named = parsed.error?.issues.some((issue) => issue.path.join('.') === path.join('.')) ?? false;
  holds(named, `${path.join('.')} takes anything, or is refused without its name`);
}
