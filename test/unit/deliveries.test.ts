import { expect, test } from '@jest/globals';
import { deliveryStates, deliveryTransitions, showsExactly, sourcesOf } from '../../shared/domain/deliveries.ts';

test('deliveries move as written down, and nowhere else', () => {
  const moves = deliveryStates.flatMap((from) =>
    deliveryStates.filter((to) => deliveryTransitions[from].includes(to)).map((to) => `${from} → ${to}`),
  );
  expect(moves).toEqual([
    'queued → sending',
    'queued → done',
    'queued → refused',
    'queued → superseded',
    'sending → queued',
    'sending → done',
    'sending → refused',
    'sending → unknown',
    'done → refused',
    'refused → queued',
    'refused → done',
    'refused → superseded',
    'unknown → queued',
    'unknown → done',
    'unknown → refused',
    'superseded → refused',
  ]);
});

test('nothing is sent but from the queue, and what a newer version took the place of is never sent again', () => {
  expect(sourcesOf('sending')).toEqual(['queued']);
  expect(deliveryTransitions.superseded).toEqual(['refused']);
  expect(sourcesOf('superseded')).toEqual(['queued', 'refused']);
});

test('a record shows what is meant when every meant field is the same, whatever else it has', () => {
  expect(showsExactly({ workers: 2, hours: '8.00', notes: 'x' }, { workers: 2, hours: '8.00' })).toBe(true);
  expect(showsExactly({ workers: 2 }, { workers: 2, hours: null })).toBe(false);
});
