import { activityInfo, type Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptors, ActivityInterceptorsFactory } from '@temporalio/worker';
import { onBehalfOf } from '../../shared/security/on-behalf-of.ts';
import { applicationFailureOf } from '../../shared/temporal/failures.ts';
import { payloadObjection } from '../../shared/temporal/payload-guard.ts';
import { withoutSecrets } from '../../shared/temporal/without-secrets.ts';

/** Names of input fields that hold our ids and may be in every log line. */
const idNames = ['tenantId', 'connectionId', 'projectLinkId', 'stepId', 'stream'] as const;

/**
 * Wraps every activity: adds its ids to each log line, turns faults into failures whose type is the fault's kind, and rejects
 * results that are too large or have a field named like a secret: that parks (in production too), as a retry would not help. A
 * known secret of the tenant concerned, or of the installation, is masked in messages.
 */
export const activityInterceptors: ActivityInterceptorsFactory = (): ActivityInterceptors => {
  let ids: Readonly<Record<string, string>> = {};
  return {
    inbound: {
      async execute(input, next) {
        ids = idsOf(input.args[0]);
        const run = async () => {
          try {
            return guarded(activityInfo(), await next(input));
          } catch (error) {
            throw applicationFailureOf(error);
          }
        };
        return await (ids['tenantId'] === undefined ? run() : onBehalfOf(ids['tenantId'], run));
      },
    },
    outbound: {
      getLogAttributes: (input, next) => ({ ...next(input), ...ids }),
    },
  };
};

function guarded(info: Info, given: unknown): unknown {
  const answer = withoutSecrets(given);
  const objection = payloadObjection(`answer of ${info.activityType}`, answer);
  if (objection !== undefined)
    throw ApplicationFailure.create({ type: 'payload-refused', message: objection, nonRetryable: true });
  return answer;
}

function idsOf(input: unknown): Record<string, string> {
  if (typeof input !== 'object' || input === null) return {};
  const fields = new Map(Object.entries(input));
  return Object.fromEntries(
    idNames.flatMap((name) => {
      const value = fields.get(name);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
