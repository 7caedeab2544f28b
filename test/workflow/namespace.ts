import { msToTs } from '@temporalio/common/lib/time.js';
import { NativeConnection } from '@temporalio/worker';
import { searchAttributeNames } from '../../shared/domain/messages.ts';
import { oneCodecKey } from '../../shared/security/payload-codec.ts';

/** A key of the tests alone; recorded histories are sealed with it. */
export const testCodecKeys = oneCodecKey('test-1', Buffer.alloc(32, 7).toString('base64'));

const { KEYWORD, KEYWORD_LIST, BOOL } = { KEYWORD: 2, KEYWORD_LIST: 7, BOOL: 5 } as const;

/** By name, as the operator service numbers their types. */
export const indexedTypes: Record<string, number> = {
  [searchAttributeNames.tenant]: KEYWORD,
  [searchAttributeNames.partner]: KEYWORD,
  [searchAttributeNames.company]: KEYWORD,
  [searchAttributeNames.project]: KEYWORD,
  [searchAttributeNames.stage]: KEYWORD,
  [searchAttributeNames.waitingOn]: KEYWORD_LIST,
  [searchAttributeNames.stuckReason]: KEYWORD_LIST,
  [searchAttributeNames.needsAttention]: BOOL,
};

/** A namespace with our attributes, once the server serves it. */
export async function makeNamespace(address: string, namespace: string): Promise<void> {
  const connection = await NativeConnection.connect({ address });
  try {
    const workflowExecutionRetentionPeriod = msToTs('1 day');
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    await untilServed(() => connection.operatorService.addSearchAttributes({ namespace, searchAttributes: indexedTypes }));
    await untilServed(async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      if (Object.keys(customAttributes ?? {}).length < Object.keys(indexedTypes).length)
        throw new Error('not all attributes yet');
    });
  } finally {
    await connection.close();
  }
}

async function untilServed(call: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
