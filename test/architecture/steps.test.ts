import { expect, test } from '@jest/globals';
import { isOfOnboarding, stepOfCommand } from '../../shared/domain/commands.ts';
import { faultKinds } from '../../shared/domain/faults.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { anyInCare, linkingStep, ownerAccessStep, type Signer, stepTaking, stepToLookAt } from '../../shared/domain/steps.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { plans } from '../../workflows/plans/index.ts';
import { parse, type SourceFile, sources } from './sources.ts';

const rooms = ['activities', 'api', 'shared', 'worker', 'workflows'];
const ids = [...new Set(partnerNames.flatMap((name) => plans[name].steps.map(({ id }) => id)))];

/** Steps of the engine: it runs their checks by these names, whatever the plan. */
const enginesOwn = ['awaitCredentials', 'confirm', 'dryRun', 'live'];
/** Also the name of a stage, a command, an Update or a lane: as a step they are known by what they are compared with. */
const ambiguous = [...enginesOwn.filter((id) => id !== 'awaitCredentials'), 'backfill'];

/** Where a step is called by its name outside its plan and its partner's folder, and why that is no magic word. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // which decision goes to which step is what callers of the API are told: POST /v1/connections/{connectionId}/steps/{stepId}/input
  'shared/domain/commands.ts': ids,
  // the store reads its row without a plan; what is named so is proven below
  'shared/domain/steps.ts': [ownerAccessStep],
  // the engine runs the checks of its own steps
  'activities/checks/run-check.ts': enginesOwn,
};

const namesOf = ({ text }: SourceFile): readonly string[] =>
  ids.filter((id) =>
    ambiguous.includes(id)
      ? new RegExp(`(stepId|step\\.id)\\s*(===|!==|:)\\s*['"]${id}['"]|"stepId\\\\?":\\\\?"${id}`).test(text)
      : new RegExp(`['"]${id}\\\\?['"]`).test(text),
  );

const isPlaceOfSteps = (path: string): boolean =>
  path.startsWith('workflows/plans/') || partnerNames.some((name) => path.startsWith(`shared/partners/${name}/`));

const strays = (files: readonly SourceFile[]): readonly string[] =>
  files
    .filter(({ path }) => !isPlaceOfSteps(path))
    .flatMap((file) =>
      namesOf(file)
        .filter((id) => !exceptions[file.path]?.includes(id))
        .map((id) => `${file.path}: ${id}`),
    );

test('a step is called by its name in its plan and its partner’s folder alone: elsewhere it is found by what the plan says of it', () => {
  expect(strays(sources(rooms))).toEqual([]);
});

test('control: a name anywhere else is found, also one that has other meanings', () => {
  const texts = [
    "if (stepId === 'verifyTools') return;",
    'const says = `{"stepId":"verifyPartner"}`;',
    "const one = { stepId: 'live' };",
  ];
  for (const text of texts) expect(strays([parse('activities/stray.ts', text)])).toHaveLength(1);
  expect(strays([parse('activities/stray.ts', "if (stage === 'live' || lane === 'backfill') return;")])).toEqual([]);
});

const settled = new Set(ids);
const signersOf = (steps: (typeof plans)['part3']['steps']): readonly Signer[] => [
  ...new Set(steps.flatMap(({ takesSignIns }) => takesSignIns ?? [])),
];

test.each(partnerNames)('%s: every step that care is ever asked to look at is one that its plan repeats there', (partner) => {
  const { steps } = plans[partner];
  const repeated = steps.filter(({ repeatInCare }) => repeatInCare);
  const asked = [
    anyInCare(steps),
    linkingStep(steps),
    ...faultKinds.map((kind) => stepToLookAt(steps, kind)),
    ...steps.flatMap(({ id, proves }) => (proves === null ? [] : [id])),
  ];
  expect(repeated.map(({ id }) => id)).toEqual(expect.arrayContaining(asked));
  const proven = steps.find(({ id }) => id === stepToLookAt(steps, 'partner-credential-rejected'));
  expect(proven?.proves).toBe('partner-login');
});

test.each(partnerNames)('%s: care looks at the step of every decision that a live connection can take', (partner) => {
  const { steps } = plans[partner];
  const live = Object.entries(stepOfCommand).filter(([kind]) => !isOfOnboarding(kind));
  expect(live).not.toEqual([]);
  for (const [kind, stepId] of live) {
    const step = steps.find(({ id }) => id === stepId);
    if (step) expect([kind, step.repeatInCare]).toEqual([kind, true]);
  }
});

test.each(partnerNames)(
  '%s: on a live connection everybody’s sign-in is taken up by a step of theirs, which nobody may skip',
  (partner) => {
    const { steps } = plans[partner];
    expect(signersOf(steps)).not.toEqual([]);
    for (const signer of signersOf(steps)) {
      const taking = steps.find(({ id }) => id === stepTaking(steps, signer, { isLive: true, settled }));
      expect(taking).toMatchObject({ takesSignIns: signer, repeatInCare: true, supportMay: false });
    }
  },
);

test.each(partnerNames)(
  '%s: proofs that the engine looks for are in the plan, under the name that it reads without one',
  (partner) => {
    const { steps } = plans[partner];
    const { principal, setUp } = declarations[partner];
    const proving = (proof: string) => steps.filter(({ proves }) => proves === proof).map(({ id }) => id);
    expect(proving('owner-access')).toEqual(principal === 'people' ? [ownerAccessStep] : []);
    expect(proving('project-levels')).toHaveLength(setUp ? 1 : 0);
    expect(proving('procore-service')).toHaveLength(principal === 'people' ? 0 : 1);
  },
);
