import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { importScript } from './modules.ts';

interface Machine {
  isListening(port: number): Promise<boolean>;
  freePorts(count: number): Promise<readonly number[]>;
}
type Ports = Readonly<Record<string, number>>;

const { choosePorts, defaultPorts } = await importScript<{
  choosePorts(asked: { anyPort?: boolean; freePorts?: boolean; unneeded?: readonly string[] }, machine: Machine): Promise<Ports>;
  defaultPorts: Ports;
}>('supervisor/ports.mjs');

const { postgres = 0, api = 0 } = defaultPorts;

/** A machine that promises different ports within one answer only, and begins each with the default port of Postgres, which is free. */
const machineWith = (...taken: readonly number[]): Machine => ({
  isListening: async (port) => taken.includes(port),
  freePorts: async (count) => [postgres, ...Array.from({ length: count - 1 }, (_, index) => 60_000 + index)],
});

test('every taken port is replaced by another one, and none of them is a default port that is in use too', async () => {
  const machine = machineWith(...Object.values(defaultPorts).filter((port) => port !== postgres));
  const ports = await choosePorts({ anyPort: true }, machine);
  expect(new Set(Object.values(ports)).size).toBe(Object.keys(defaultPorts).length);
  expect(Object.entries(ports).filter(([name, port]) => name !== 'postgres' && port < 60_000)).toEqual([]);
  expect(ports['postgres']).toBe(postgres);
});

test('ports that are not taken, or not needed, stay as they are', async () => {
  const ports = await choosePorts({ anyPort: true, unneeded: ['postgres'] }, machineWith(api, postgres));
  expect({ ...ports, api }).toEqual(defaultPorts);
  expect(ports['api']).toBe(60_000);
});

test('without leave to move, a taken port is named', async () => {
  await expect(choosePorts({}, machineWith(api))).rejects.toThrow(/3000 \(api\) is used by[\s\S]*--any-port/);
});

test('on free ports throughout, all are different', async () => {
  const ports = Object.values(await choosePorts({ freePorts: true }, machineWith()));
  expect(new Set(ports).size).toBe(Object.keys(defaultPorts).length);
});

test('free ports are none that are lent to connections going out, and a taken one is left out', async () => {
  type FreePorts = (count: number, from?: number) => Promise<readonly number[]>;
  const { freePorts } = await importScript<{ freePorts: FreePorts }>('engines/ports.mjs');
  const [first = 0, ...others] = await freePorts(9);
  expect(new Set([first, ...others]).size).toBe(9);
  expect(Math.max(first, ...others)).toBeLessThan(32_768);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(first, '127.0.0.1', resolve));
  try {
    expect(await freePorts(8, first)).toEqual(others);
  } finally {
    taken.close();
  }
});
