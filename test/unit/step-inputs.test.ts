import { expect, test } from '@jest/globals';
import type { ZodDiscriminatedUnion, ZodLiteral, ZodObject } from 'zod';
import { stepRoutes } from '../../api/routes/steps.ts';
import { commandInputs } from '../../shared/domain/commands.ts';

/** Decisions of a signed-in contractor on their own pages, and those with a route of their own: no key sends them to a step. */
const elsewhere = ['confirm-role', 'choose-project', 'connect', 'accept-contractor', 'accept-owner'];

type Inputs = ZodDiscriminatedUnion<ZodObject<{ kind: ZodLiteral<string>; input: ZodObject }>[]>;

test('each kind of decision has one door, and is read there as everywhere else', () => {
  const route = stepRoutes.find(({ id }) => id === 'provideInput');
  if (route === undefined) throw new Error('no route takes what a step waits for');
  const { options } = route.body as Inputs; // as the route declares it
  const inputs = Object.fromEntries(options.map(({ shape }) => [shape.kind.value, shape.input]));
  expect([...Object.keys(inputs), ...elsewhere].sort()).toEqual(Object.keys(commandInputs).sort());
  expect(commandInputs).toMatchObject(inputs);
});
