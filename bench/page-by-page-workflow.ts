import { proxyActivities } from '@temporalio/workflow';

export interface PageActivities {
  /** Reads the page that begins there; answers how many records it held. */
  takePage(skip: number): Promise<number>;
}

export const pageSize = 100;

const { takePage } = proxyActivities<PageActivities>({ startToCloseTimeout: '1 minute' });

/** A first sync as it is often written: one activity per page. Answers how many records there were. */
export async function pageByPage(): Promise<number> {
  let records = 0;
  for (;;) {
    const count = await takePage(records);
    records += count;
    if (count < pageSize) return records;
  }
}
