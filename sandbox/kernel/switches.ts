import type { Journal } from './journal.ts';
import { type Definition, yesNo } from './switch-definition.ts';
import { accessSwitches } from './switches-access.ts';
import { dailyLogSwitches } from './switches-daily-log.ts';
import { rfiSwitches } from './switches-rfis.ts';
import { submittalSwitches } from './switches-submittals.ts';
import { createTable } from './table.ts';

/** Every behaviour of Procore that is weakly known, and every figure that may differ. All of them are assumptions. */
export const switchDefinitions = {
  ...accessSwitches,
  ...dailyLogSwitches,
  fileUrlSeconds: {
    values: 'number',
    byDefault: 900,
    evidence: 'unk',
    describes: 'Life of the address on the storage to which a file leads on.',
  },
  notFoundOnNoLevel: {
    values: yesNo,
    byDefault: false,
    evidence: 'inf',
    describes: 'A single record of a tool on which the level is None answers 404 instead of 403.',
  },
  ...submittalSwitches,
  ...rfiSwitches,
} as const satisfies Record<string, Definition>;

type Definitions = typeof switchDefinitions;
export type SwitchName = keyof Definitions;
export type SwitchValue<Name extends SwitchName> = Definitions[Name]['values'] extends readonly (infer Value)[] ? Value : number;

export interface ListedSwitch extends Definition {
  readonly name: SwitchName;
  readonly value: string | number | boolean;
}

export interface Switches {
  get<Name extends SwitchName>(name: Name): SwitchValue<Name>;
  /** Refuses unknown names and values with a message a person can use. */
  set(name: string, value: unknown): void;
  reset(): void;
  list(): ListedSwitch[];
}

const isSwitchName = (name: string): name is SwitchName => Object.hasOwn(switchDefinitions, name);

export function createSwitches(journal: Journal): Switches {
  const table = createTable<{ name: SwitchName; value: string | number | boolean }>(journal, 'switches', (row) => row.name);
  const current = (name: SwitchName) => table.get(name)?.value ?? switchDefinitions[name].byDefault;
  return {
    // `set` accepts only values of the definition, so the stored value has the type its name promises.
    get: <Name extends SwitchName>(name: Name) => current(name) as SwitchValue<Name>,
    set(name, value) {
      if (!isSwitchName(name)) throw new RangeError(`no switch is called ${name}`);
      const { values }: Definition = switchDefinitions[name];
      const fits =
        values === 'number'
          ? typeof value === 'number' && Number.isFinite(value) && value > 0
          : values.some((known) => known === value);
      if (!fits || (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean'))
        throw new RangeError(`${name} takes ${values === 'number' ? 'a positive number' : values.join(', ')}`);
      table.put({ name, value });
    },
    reset() {
      for (const row of table.all()) table.delete(row.name);
    },
    list: () =>
      Object.keys(switchDefinitions)
        .filter(isSwitchName)
        .map((name) => ({ name, ...switchDefinitions[name], value: current(name) })),
  };
}
