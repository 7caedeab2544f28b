import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { modelOf } from './model.ts';

/**
 * The rules of one delivery against a model of a far side, in random order: calls are claimed, commit or are lost, answers arrive late
 * or never, workers die, leases run out, look-ups see what is committed by then. A call commits before its deadline or never.
 */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('claim' as const), which: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const), which: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(5), lost: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('die' as const), which: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const), which: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('change' as const), which: fc.nat(5), value: fc.integer({ min: 1, max: 3 }) }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

function outcomeOf(groups: number, steps: readonly Step[], hasty: boolean): void {
  const model = modelOf(groups, hasty);
  for (const one of steps) {
    const row = model.rows[one.which % model.rows.length];
    if (!row) continue;
    if (one.do === 'change') model.mean(`g${one.which % groups}`, one.value);
    else if (one.do === 'answer') model.answer(row, one.lost);
    else model[one.do](row);
  }
  // the weather clears
  for (let round = 0; round < 40; round += 1) {
    for (const row of [...model.rows]) {
      model.claim(row);
      model.commit(row);
      model.answer(row, false);
      model.look(row);
    }
  }
  const states = model.rows.map(({ delivery }) => delivery.state);
  expect(states.filter((state) => state !== 'done' && state !== 'superseded')).toEqual([]);
  expect(model.farSide).toHaveLength(groups);
  expect(new Set([...model.links.values()].map(({ targetId }) => targetId)).size).toBe(groups);
  for (const link of model.links.values()) {
    const record = model.farSide.find(({ id }) => id === link.targetId);
    expect(`${link.naturalKey}:${record?.fields['value']}`).toBe(link.wantedHash);
  }
}

const historiesOf = (hasty: boolean) =>
  fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (groups, steps) =>
    outcomeOf(groups, steps, hasty),
  );

test('whatever the order of claims, losses, deaths and look-ups: one record each, as it was meant last, and none parked', () => {
  fc.assert(historiesOf(false), { numRuns: 2000 });
});

test('control: sent anew without having been looked up, some order loses or doubles', () => {
  expect(fc.check(historiesOf(true), { numRuns: 2000 }).failed).toBe(true);
});
