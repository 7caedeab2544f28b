import { afterEach, expect, test } from '@jest/globals';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { aWrite, clientOf, faultOf } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

test('a write whose token was refused is sent a second time only while its claim still covers it', async () => {
  for (const covered of [true, false]) {
    let sendings = 0;
    farSide = await startFarSide((response) => {
      sendings += 1;
      answerJson(response, sendings === 1 ? 401 : 201, sendings === 1 ? '{}' : '{"id":1}');
    });
    const call = clientOf(farSide.origin).call({ ...aWrite, mayStillSend: () => sendings === 0 || covered });
    if (covered) await call;
    else expect((await faultOf(call)).detail).toMatchObject({ effect: 'surely-not-done' });
    expect(sendings).toBe(covered ? 2 : 1);
    await farSide.close();
  }
});
