/** Between chapters: WeChat proves the way back, without a payment. */
import * as v from 'valibot'
import { wxpay } from './wxpay.ts'
import type { Scene } from './scene.ts'

const Doctor = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ checks: v.array(v.object({ name: v.string(), level: v.string(), detail: v.string() })) }),
)

export async function callbackTest(scene: Scene): Promise<void> {
  await scene.story.step('wxpay doctor: SECURITY_ECHO comes back through the notify URL', async (expect) => {
    const { checks } = v.parse(Doctor, await wxpay(scene, 'doctor', '--json'))
    const echo = checks.find(({ name }) => name === 'callback test')
    expect.equal('the callback test is passed', echo?.level, 'ok')
    expect.that(
      'it was verified, decrypted and stored',
      echo?.detail.includes('verified, decrypted and stored') === true,
    )
    const notice = scene.merchant.when(
      () => scene.merchant.events.find(({ type }) => type === 'notification.received'),
      'the event of the callback test',
    )
    expect.equal('and published', (await notice).data['event_type'], 'SECURITY_ECHO.SUCCESS')
  })
}
