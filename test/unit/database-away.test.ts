import { expect, test } from '@jest/globals';
import { problemOf } from '../../api/middleware/faults.ts';

const broken = (code: string | undefined, message = 'it broke'): Error => Object.assign(new Error(message), { code });

test.each([
  ['refuses connections', broken('ECONNREFUSED')],
  ['is stopped by its operator', broken('57P01')],
  ['is starting', broken('57P03')],
  ['loses the connection', broken('08006')],
  ['was migrated under a planned statement', broken('0A000', 'cached plan must not change result type')],
  ['cuts it off', broken(undefined, 'Connection terminated unexpectedly')],
])('a database that %s is a 503 that says when to ask again', (_name, error) => {
  expect(problemOf(error)).toMatchObject({ status: 503, code: 'not-available', headers: { 'Retry-After': '5' }, cause: error });
});

test.each([
  ['a statement that it refuses', broken('23505')],
  ['a bug', new TypeError('x is undefined')],
])('%s is a fault of ours', (_name, error) => {
  expect(problemOf(error)).toMatchObject({ status: 500, code: 'internal-fault' });
});
