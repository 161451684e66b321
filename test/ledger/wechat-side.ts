/** WeChat in a drawn story: queries behind by minutes, echoes of sends that got through, and every state told by a notification of its own. */
import type { Clock } from '#shared/clock.ts'
import type { Prng } from '#test/simulation/prng.ts'
import type { ChannelSide, Sent } from './channel-side.ts'
import { TOTAL } from './story.ts'
import { asked, MINUTE, payment, refund } from './tellings.ts'
import type { Telling } from './tellings.ts'
import { createWechatBooks } from './wechat-books.ts'

/** WeChat's queries are behind by less than half an hour. */
const LONGEST_LAG_MINUTES = 25

export function wechatSide(prng: Prng, clock: Clock): ChannelSide {
  const waiting: Telling[] = [payment(TOTAL)]
  /** Sends whose answer was lost and that WeChat has not got yet. */
  const underway: Sent[] = []
  const late = new Set<string>()
  const wechat = createWechatBooks(TOTAL, ({ number, state, amount }) =>
    waiting.push(refund(number, state, amount)),
  )
  const told = (number: string): readonly Telling[] => {
    const { state, amount } = wechat.refunds.get(number)!
    return [refund(number, state, amount)]
  }
  const isHidden = (number: string) => (wechat.refunds.get(number)?.hiddenUntil ?? 0) > clock.now()
  const arrive = () => {
    const sent = underway.pop()
    if (sent === undefined || wechat.refunds.has(sent.number)) return
    late.add(sent.number)
    wechat.refund(sent)
  }
  return {
    asked: asked(TOTAL),
    late,
    isPaid: true,
    get refunds() {
      return [...wechat.refunds.values()]
    },
    get available() {
      return wechat.available()
    },
    get tells() {
      return waiting.length > 0
    },
    async send({ number, amount }) {
      const stuck = prng.chance(0.15)
      if (stuck) underway.push({ number, amount })
      const echo = isHidden(number)
      const hiddenUntil = prng.chance(0.3) ? clock.now() + prng.between(1, LONGEST_LAG_MINUTES) * MINUTE : 0
      const taken = !stuck && !echo && wechat.refund({ number, amount, hiddenUntil })
      if (stuck || prng.chance(0.2)) return 'unknown'
      return taken ? told(number) : 'refused'
    },
    query: async (number) => (wechat.refunds.has(number) && !isHidden(number) ? told(number) : []),
    async hear() {
      const index = prng.between(0, waiting.length - 1)
      const telling = waiting[index]!
      if (!prng.chance(0.2)) waiting.splice(index, 1)
      return [telling]
    },
    steps: [
      () => {
        const available = wechat.available()
        if (available > 0)
          wechat.refund({ number: `C${wechat.refunds.size}`, amount: prng.between(1, available) })
      },
      () => wechat.proceed(prng),
      () => wechat.proceed(prng),
      arrive,
    ],
    async arriveLate() {
      while (underway.length > 0) arrive()
    },
    async finish() {
      wechat.finish(prng)
      return []
    },
  }
}
