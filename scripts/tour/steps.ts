import type { PartnerReport } from './cast.ts';
import { until } from './http.ts';
import type { ConnectionSeen, Product, StepSeen } from './product.ts';

type Steps = Pick<Product, 'steps'>;

/** The steps of one onboarding, seen from outside. */
export function stepsOf(
  product: Steps,
  connectionId: string,
  { patienceMs, say }: { readonly patienceMs: number; readonly say: (line: string) => void } = {
    patienceMs: 0,
    say: () => undefined,
  },
) {
  const isDone = async (stepId: string): Promise<boolean> => {
    const found = (await product.steps(connectionId)).find((step) => step.stepId === stepId);
    return found?.state === 'done' || found?.state === 'skipped';
  };
  return {
    isDone,
    /** Waits for a step, and prints the progress. */
    async reached(stepId: string): Promise<void> {
      await until(`step ${stepId} of ${connectionId}`, patienceMs, async () => ((await isDone(stepId)) ? true : undefined));
      const steps = await product.steps(connectionId);
      const done = steps.filter((step) => step.state === 'done').length;
      say(`  ${done} of ${steps.length} · ${steps.find((step) => step.stepId === stepId)?.title ?? stepId}`);
    },
    report: async (connection: ConnectionSeen): Promise<PartnerReport['steps']> =>
      (await product.steps(connectionId)).map((step) => ({
        id: step.stepId,
        state: step.state,
        ms: durationMs(connection, step),
      })),
  };
}

function durationMs(connection: ConnectionSeen, step: StepSeen): number {
  return step.doneAt === null ? 0 : Date.parse(step.doneAt) - Date.parse(connection.createdAt);
}
