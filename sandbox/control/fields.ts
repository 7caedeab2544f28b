import { z } from 'zod';
import type { Id } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';

/** A Procore id as text, so that nothing rounds it. */
export const idField = z
  .string()
  .regex(/^\d+$/, 'an id is digits in a string')
  .meta({ description: 'A Procore id, as a string.' });

/** A person: the login's id, the mail address, or the first name of one of the demo's nine. */
export const personField = z.string().min(1).meta({ description: 'Login id, mail address, or first name such as "ada".' });

export const dayField = z.iso.date();

/** The login meant by an id, an address or a first name. A `RangeError` where nobody is. */
export function personIdOf(world: World, named: string): Id {
  const text = named.trim().toLowerCase();
  const person =
    world.people.get(named) ??
    world.people.find((one) => one.email.toLowerCase() === text) ??
    world.people.find((one) => one.serviceOfAppId === null && one.email.startsWith(`${text}@`));
  if (person === undefined) throw new RangeError(`no person is known as ${named}`);
  return person.id;
}

/** Replaces the people named in a body by their ids. */
export function withPeople<Body extends { by?: string; personId?: string }>(world: World, body: Body): Body {
  return {
    ...body,
    ...(body.by === undefined ? {} : { by: personIdOf(world, body.by) }),
    ...(body.personId === undefined ? {} : { personId: personIdOf(world, body.personId) }),
  };
}
